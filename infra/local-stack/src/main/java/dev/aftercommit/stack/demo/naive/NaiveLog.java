package dev.aftercommit.stack.demo.naive;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the writers did and what the task heard of, for the comparison afterwards. Thread-safe. */
final class NaiveLog {

  private final AtomicLong numbers = new AtomicLong();
  private final LongAdder committed = new LongAdder();
  private final LongAdder applied = new LongAdder();
  private final Set<Long> rolledBack = ConcurrentHashMap.newKeySet();
  private final Set<Long> heardOf = ConcurrentHashMap.newKeySet();
  private final Map<Integer, BigDecimal> raisedBy = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<NaiveMessage> published = new ConcurrentLinkedQueue<>();

  long nextNumber() {
    return numbers.incrementAndGet();
  }

  void published(NaiveMessage message) {
    published.add(message);
  }

  void committed(int employee, BigDecimal amount) {
    committed.increment();
    raisedBy.merge(employee, amount, BigDecimal::add);
  }

  void rolledBack(long number) {
    rolledBack.add(number);
  }

  void applied(long number) {
    applied.increment();
    heardOf.add(number);
  }

  long committedCount() {
    return committed.sum();
  }

  long rolledBackCount() {
    return rolledBack.size();
  }

  long appliedCount() {
    return applied.sum();
  }

  long publishedCount() {
    return published.size();
  }

  /** Changes that rolled back, and that the task was told of all the same. */
  long rolledBackAndHeardOf() {
    return rolledBack.stream().filter(heardOf::contains).count();
  }

  /** The first messages published, at most so many. */
  List<NaiveMessage> firstPublished(int most) {
    return published.stream().limit(most).toList();
  }

  /** Employees who do not earn what their committed raises add up to. */
  long wrongSalaries(Map<Integer, BigDecimal> before, Map<Integer, BigDecimal> after) {
    return before.entrySet().stream()
        .filter(
            was -> {
              BigDecimal raised = raisedBy.getOrDefault(was.getKey(), BigDecimal.ZERO);
              BigDecimal is = after.getOrDefault(was.getKey(), BigDecimal.ZERO);
              return was.getValue().add(raised).compareTo(is) != 0;
            })
        .count();
  }
}
