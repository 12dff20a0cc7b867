package dev.aftercommit.lab.report;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.gate.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of a diagram.
 *
 * @param time the place in the schedule, from 1; 0 if it follows from the line before
 * @param actor in whose column
 * @param kind what is drawn
 * @param text what was done
 * @param result what came of it; may be empty
 * @param other for whom it waits, or who woke it; empty if nobody
 */
public record Row(int time, String actor, Kind kind, String text, String result, String other) {

  /** What a line shows. */
  public enum Kind {
    STEP,
    WAIT,
    WAKE,
    DEADLOCK
  }

  /** The lines of a schedule. */
  public static List<Row> of(List<Event> events) {
    List<Row> rows = new ArrayList<>();
    int time = 0;
    for (Event event : events) {
      time++;
      String actor = event.option().actor();
      String text = event.option().step().text();
      Reply reply = event.reply();
      if (event.option().victim()) {
        String state = reply == null ? "" : "→ " + reply.summary();
        rows.add(new Row(time, actor, Kind.DEADLOCK, "is the victim of the deadlock", state, ""));
      } else if (reply == null) {
        String by = String.join(", ", event.blockedBy());
        rows.add(new Row(time, actor, Kind.WAIT, text, "… waits for " + by, by));
      } else {
        rows.add(new Row(time, actor, Kind.STEP, text, result(text, reply), ""));
      }
      for (Event.Completion woken : event.woken()) {
        rows.add(
            new Row(
                0, woken.actor(), Kind.WAKE, "… goes on", "→ " + woken.reply().summary(), actor));
      }
    }
    return rows;
  }

  private static String result(String text, Reply reply) {
    String summary = reply.summary();
    return summary.isEmpty() || text.startsWith(summary) ? "" : "→ " + summary;
  }
}
