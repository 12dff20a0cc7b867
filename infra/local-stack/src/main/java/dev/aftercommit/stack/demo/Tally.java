package dev.aftercommit.stack.demo;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the clients' requests came to, by the answers they got. Thread-safe. */
final class Tally {

  private final Map<Change, LongAdder> committed = new EnumMap<>(Change.class);
  private final LongAdder unchanged = new LongAdder();
  private final LongAdder rolledBack = new LongAdder();
  private final LongAdder wronglyAccepted = new LongAdder();
  private final LongAdder gone = new LongAdder();
  private final LongAdder conflicts = new LongAdder();
  private final LongAdder replayed = new LongAdder();
  private final LongAdder repeatedWrongly = new LongAdder();
  private final LongAdder readBack = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final LongAdder uncertain = new LongAdder();
  private final AtomicReference<@Nullable String> firstUncertain = new AtomicReference<>();

  Tally() {
    for (Change change : Change.values()) {
      committed.put(change, new LongAdder());
    }
  }

  void committed(Change change) {
    adder(change).increment();
  }

  /** The request was answered well and changed nothing, such as a transfer to where one is. */
  void unchanged() {
    unchanged.increment();
  }

  void rolledBack() {
    rolledBack.increment();
  }

  void wronglyAccepted() {
    wronglyAccepted.increment();
  }

  void gone() {
    gone.increment();
  }

  void conflict() {
    conflicts.increment();
  }

  /** A command sent twice was answered well twice; rightly when the second had no effect. */
  void repeated(boolean rightly) {
    (rightly ? replayed : repeatedWrongly).increment();
  }

  /** A change was read after its answer. */
  void readBack(boolean staleRead) {
    readBack.increment();
    if (staleRead) {
      stale.increment();
    }
  }

  void uncertain(String what) {
    uncertain.increment();
    firstUncertain.compareAndSet(null, what);
  }

  /** Changes of this kind that were answered as committed. */
  long committedOf(Change change) {
    return adder(change).sum();
  }

  /** All changes that were answered as committed. */
  long committed() {
    return committed.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Requests that found everything as they wanted it, and changed nothing. */
  long unchangedCount() {
    return unchanged.sum();
  }

  /** Changes refused because they exceed the budget, as they were meant to. */
  long rolledBackCount() {
    return rolledBack.sum();
  }

  /** Changes that exceed every budget and were accepted all the same. */
  long wronglyAcceptedCount() {
    return wronglyAccepted.sum();
  }

  /** Requests about somebody who had left in the meantime. */
  long goneCount() {
    return gone.sum();
  }

  /** Requests that gave way to a concurrent one, with 409, 412, 423 or 503. */
  long conflictCount() {
    return conflicts.sum();
  }

  /** Commands sent twice whose second answer was the first one, replayed. */
  long replayedCount() {
    return replayed.sum();
  }

  /** Commands sent twice that were carried out twice or answered differently. */
  long repeatedWronglyCount() {
    return repeatedWrongly.sum();
  }

  /** Changes that were read after they had been answered. */
  long readBackCount() {
    return readBack.sum();
  }

  /** Such reads that showed an older state. */
  long staleCount() {
    return stale.sum();
  }

  /** Requests without an answer, or with an error that does not say whether they committed. */
  long uncertainCount() {
    return uncertain.sum();
  }

  /** What happened to the first of these. */
  @Nullable String firstUncertain() {
    return firstUncertain.get();
  }

  private LongAdder adder(Change change) {
    LongAdder adder = committed.get(change);
    if (adder == null) {
      throw new IllegalStateException("no counter for " + change);
    }
    return adder;
  }
}
