package dev.aftercommit.lab.report;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of a diagram.
 *
 * @param moment the step of the schedule that it belongs to, from 1
 * @param follows whether it follows from the line before and is no step of its own
 * @param actor in whose column
 * @param kind what is drawn
 * @param text what was done
 * @param result what came of it; may be empty
 * @param others for whom it waits, or who woke it
 * @param step what was done, in full
 * @param reply what the server answered; null if it has not
 */
record Row(
    int moment,
    boolean follows,
    String actor,
    Kind kind,
    String text,
    String result,
    List<String> others,
    Step step,
    @Nullable Reply reply) {

  /** What a line shows. */
  enum Kind {
    STEP,
    WAIT,
    WAKE,
    DEADLOCK,
    FAULT
  }

  /** The number in the margin; empty if it is no step of its own. */
  String time() {
    return follows ? "" : Integer.toString(moment);
  }

  /** The lines of a schedule. */
  static List<Row> of(List<Event> events) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      rows.add(first(i + 1, event));
      for (Event.Completion woken : event.woken()) {
        rows.add(woken(i + 1, event.option().actor(), woken));
      }
    }
    return rows;
  }

  private static Row first(int moment, Event event) {
    String actor = event.option().actor();
    Step step = event.option().step();
    Reply reply = event.reply();
    Kind kind = Kind.STEP;
    String text = step.text().replaceFirst(";$", "");
    String result = reply == null ? "" : result(text, reply);
    if (event.option().turn().isFault()) {
      kind = Kind.FAULT;
      result = ("✗ " + event.option().turn().label().replace('-', ' ') + " " + result).strip();
    } else if (event.option().victim()) {
      kind = Kind.DEADLOCK;
      text = "is the victim of the deadlock";
    } else if (reply == null) {
      kind = Kind.WAIT;
      result = "… waits for " + String.join(", ", event.blockedBy());
    }
    return new Row(moment, false, actor, kind, text, result, event.blockedBy(), step, reply);
  }

  private static Row woken(int moment, String waker, Event.Completion woken) {
    String result = result("", woken.reply());
    return new Row(
        moment,
        true,
        woken.actor(),
        Kind.WAKE,
        "… goes on",
        result,
        List.of(waker),
        woken.step(),
        woken.reply());
  }

  private static String result(String text, Reply reply) {
    String summary = reply.summary();
    return summary.isEmpty() || text.startsWith(summary) ? "" : "→ " + summary;
  }
}
