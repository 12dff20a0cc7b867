package dev.aftercommit.employee.transactions;

import dev.aftercommit.employee.config.EmployeeServiceConfig;
import dev.aftercommit.employee.problem.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many transactions of this process are at one row, or at one key of a command, at a
 * time: whoever waits for a lock keeps a connection, and without a bound one row that somebody
 * holds would take them all. A use case takes a place before it locks. When none is free its
 * transaction rolls back, so that it waits without a connection, and is repeated with the place in
 * hand; how many wait, and for how long, is bounded, too. {@link RetriedOnConflict} does that.
 *
 * <p>Places are taken in the order of the locks, and kept until the use case ends.
 */
@ApplicationScoped
public class Places {

  private static final ThreadLocal<@Nullable HeldPlaces> HELD = new ThreadLocal<>();

  private final EmployeeServiceConfig.Bulkhead bounds;
  private final Counter waits;
  private final ConcurrentHashMap<Row, RowQueue> queues = new ConcurrentHashMap<>();

  @Inject
  Places(EmployeeServiceConfig config, MeterRegistry meters) {
    this.bounds = config.bulkhead();
    this.waits =
        Counter.builder("aftercommit.bulkhead.waits")
            .description("use cases that found too many others at the same row")
            .register(meters);
  }

  /** What is waited for: {@code kind} and {@code id} name a row or a key. */
  record Row(Kind kind, Object id) {}

  enum Kind {
    EMPLOYEE,
    DEPARTMENT,
    COMMAND
  }

  /** One of the places at the employee's row. */
  public void atEmployee(long id, Supplier<Problem> refusal) {
    take(new Row(Kind.EMPLOYEE, id), refusal);
  }

  /** One of the places at the department's row. */
  public void atDepartment(long id, Supplier<Problem> refusal) {
    take(new Row(Kind.DEPARTMENT, id), refusal);
  }

  /** One of the places at the key of a command. */
  public void atCommand(String key, Supplier<Problem> refusal) {
    take(new Row(Kind.COMMAND, key), refusal);
  }

  private void take(Row row, Supplier<Problem> refusal) {
    @Nullable HeldPlaces mine = HELD.get();
    if (mine == null || mine.has(row)) {
      return; // outside of any use case there is nothing to repeat
    }
    RowQueue queue = enter(row);
    if (queue.tryTake()) {
      mine.add(row, queue);
      return;
    }
    leave(row);
    waits.increment();
    throw new NoPlaceException(row, refusal.get());
  }

  /** The places of the use case that begins now on this thread; to be closed when it ends. */
  HeldPlaces begin() {
    HeldPlaces mine = new HeldPlaces(this, bounds.maxWait());
    HELD.set(mine);
    return mine;
  }

  void end() {
    HELD.remove();
  }

  RowQueue enter(Row row) {
    return Objects.requireNonNull(
        queues.compute(
            row,
            (_, queue) -> (queue == null ? new RowQueue(placesAt(row), bounds) : queue).entered()));
  }

  void leave(Row row) {
    queues.compute(row, (_, queue) -> queue == null || queue.left() ? null : queue);
  }

  private int placesAt(Row row) {
    return row.kind() == Kind.DEPARTMENT ? bounds.perDepartment() : bounds.perRow();
  }
}
