package dev.aftercommit.lab.report;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.search.Found;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Names what went wrong, from who read and wrote which rows when: the shortest circle of
 * dependencies, with the name that Berenson, Adya and Elle give it, or what happened if there is
 * none. Rows are told by table and by the conditions in WHERE, so the name is a reading of the
 * statements, not a proof.
 */
final class Anomaly {

  private static final String UNKNOWN =
      "no circle of reads and writes explains it; look at what commits between two steps of one actor.";

  private Anomaly() {}

  /**
   * One paragraph.
   *
   * @param report whose isolation level says what a transaction sees
   */
  static String explain(Report report, Found found) {
    return explain(found.run().events(), !report.level().equalsIgnoreCase("READ COMMITTED"));
  }

  /**
   * One paragraph.
   *
   * @param snapshots whether a transaction sees what was committed at its first statement
   */
  static String explain(List<Event> events, boolean snapshots) {
    History history = new History(events, snapshots);
    Circles circles = new Circles(history);
    Mishaps mishaps = new Mishaps(events, history);
    Elsewhere elsewhere = new Elsewhere(history);
    Messages messages = new Messages(events, history);
    return Stream.<Supplier<@Nullable String>>of(
            elsewhere::seenBeforeCommit,
            elsewhere::staleFill,
            elsewhere::reorderedPuts,
            messages::duplicate,
            messages::outOfOrder,
            mishaps::skippedLock,
            circles::lostUpdate,
            circles::readSkew,
            circles::twoMissed,
            circles::missedAndReplaced,
            mishaps::deadlock,
            mishaps::failedTransaction,
            mishaps::lostMessage,
            messages::notCommitted,
            messages::notPublished,
            elsewhere::bypassedCache,
            elsewhere::forgottenCache,
            mishaps::abandoned,
            mishaps::fault)
        .map(Supplier::get)
        .flatMap(Stream::ofNullable)
        .findFirst()
        .orElse(UNKNOWN);
  }
}
