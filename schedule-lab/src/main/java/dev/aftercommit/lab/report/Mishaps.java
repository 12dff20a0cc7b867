package dev.aftercommit.lab.report;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.report.History.Act;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What goes wrong in a database without a circle of dependencies. */
final class Mishaps {

  private final List<Event> events;
  private final History history;

  Mishaps(List<Event> events, History history) {
    this.events = events;
    this.history = history;
  }

  private List<Act> acts() {
    return history.acts();
  }

  /** Takes a locked row for none. */
  @Nullable String skippedLock() {
    for (Act skips : acts()) {
      for (Act holder : acts()) {
        boolean held =
            !skips.found()
                && skips.access().locks()
                && skips.step().text().toLowerCase(Locale.ROOT).contains("skip locked")
                && !holder.actor().equals(skips.actor())
                && holder.found()
                && holder.access().locks()
                && skips.access().readsAs(holder.access())
                && holder.time() < skips.time()
                && skips.time() < history.visible(holder);
        if (held) {
          return "at %d %s finds no row in %s and goes on as if there were none, but %s, which locked it at %d, still has it. No circle of dependencies: SKIP LOCKED said \"locked\", not \"empty\" (lost work, no standard name)."
              .formatted(
                  skips.time(),
                  skips.actor(),
                  skips.access().read(),
                  holder.actor(),
                  holder.time());
        }
      }
    }
    return null;
  }

  /** Sees what was inserted later, and not what was inserted before and commits after. */
  @Nullable String lostMessage() {
    for (Act read : acts()) {
      for (Act early : acts()) {
        for (Act late : acts()) {
          if (early.access().inserts()
              && late.access().inserts()
              && early.time() < late.time()
              && history.misses(read, early)
              && read.access().sees(late.access())
              && !read.actor().equals(late.actor())
              && history.visible(late) < read.time()) {
            return "at %d %s reads %s: it sees what %s inserted at %d, and not what %s inserted before, at %d, and commits after, at %d. Who remembers the highest number passes over it for ever (%s →rw %s). No circle of dependencies: lost message (no standard name)."
                .formatted(
                    read.time(),
                    read.actor(),
                    read.access().read(),
                    late.actor(),
                    late.time(),
                    early.actor(),
                    early.time(),
                    history.visible(early),
                    read.actor(),
                    early.actor());
          }
        }
      }
    }
    return null;
  }

  /** Goes on in a transaction that has failed, and takes its end for a commit. */
  @Nullable String failedTransaction() {
    Map<String, String> failed = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      String actor = event.option().actor();
      Reply reply = event.reply();
      String first = failed.get(actor);
      if (reply == null) {
        continue;
      }
      if (first != null && reply.tags().contains("ROLLBACK") && isCommit(event)) {
        return "%s; its COMMIT at %d is answered with ROLLBACK, and it goes on. No circle of dependencies: a failed transaction taken for a committed one (no standard name)."
            .formatted(first, i + 1);
      }
      if (reply.failed() && first == null) {
        failed.put(
            actor,
            "at %d %s gets the error %s, which ends its transaction, whether it is caught or not"
                .formatted(i + 1, actor, reply.sqlState()));
      }
    }
    return null;
  }

  private static boolean isCommit(Event event) {
    return event.option().step().text().toUpperCase(Locale.ROOT).startsWith("COMMIT");
  }

  /** Each waits for a lock that the next one holds. */
  @Nullable String deadlock() {
    Map<String, String> waits = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      String actor = event.option().actor();
      if (event.option().victim()) {
        String circle = String.join(", ", waits.values().stream().sorted().toList());
        return "%s: a circle of waits. PostgreSQL ends one of them, here %s at %d: deadlock (40P01). No anomaly of isolation; who takes locks in one order has none."
            .formatted(circle, actor, i + 1);
      }
      waits.remove(actor);
      event.woken().forEach(woken -> waits.remove(woken.actor()));
      if (event.waits() && !event.blockedBy().isEmpty()) {
        waits.put(
            actor,
            "at %d %s waits for %s".formatted(i + 1, actor, String.join(", ", event.blockedBy())));
      }
    }
    return null;
  }

  /** Takes something and does nothing with it, and others pass it over. */
  @Nullable String abandoned() {
    for (Act looks : acts()) {
      for (Act took : acts()) {
        boolean passedOver =
            !looks.found()
                && !looks.actor().equals(took.actor())
                && looks.access().sees(took.access())
                && history.visible(took) < looks.time()
                && acts().stream()
                    .noneMatch(
                        act ->
                            act.actor().equals(took.actor()) && act.time() > history.visible(took));
        if (passedOver) {
          return "at %d %s finds nothing in %s, since %s changed it at %d, and %s does nothing after that. No circle of dependencies: lost work (no standard name)."
              .formatted(
                  looks.time(),
                  looks.actor(),
                  looks.access().read(),
                  took.actor(),
                  took.time(),
                  took.actor());
        }
      }
    }
    return null;
  }

  /** Nothing better is known than what went wrong. */
  @Nullable String fault() {
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      if (event.option().turn().isFault()) {
        String actor = event.option().actor();
        boolean isTheLast =
            events.subList(i + 1, events.size()).stream()
                .noneMatch(later -> later.option().actor().equals(actor));
        return event.option().turn().kills() && isTheLast
            ? "at %d %s is killed, and nobody does what it has left undone: lost work (no standard name)."
                .formatted(i + 1, actor)
            : "at %d something goes wrong for %s (%s), and what it does before and after does not make up for it (no standard name)."
                .formatted(i + 1, actor, event.option().turn().label().replace('-', ' '));
      }
    }
    return null;
  }
}
