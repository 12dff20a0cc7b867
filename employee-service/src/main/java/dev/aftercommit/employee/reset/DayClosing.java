package dev.aftercommit.employee.reset;

import dev.aftercommit.employee.reset.ClosingTable.Claim;
import dev.aftercommit.employee.reset.ClosingTable.Look;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Closes a day for all employees: what changed since the last closing goes to the history, and
 * counting begins anew. For every employee and at every moment the history and the day's change add
 * up to the total change.
 *
 * <p>Employees are passed in the order of their keys, a chunk at a time. A chunk is one statement
 * and thereby one transaction, which moves the rows, writes the history and moves the place
 * reached: a crash repeats nothing and leaves nothing out. A salary change that commits before its
 * employee is passed counts for the day being closed, one that commits later for the next.
 *
 * <p>A salary change waits for a chunk no longer than {@link ClosingLimits#maxTime} and the commit.
 * A chunk that meets a row locked by a salary change gives up soon and returns smaller, down to
 * that single row, so that it never keeps other rows locked while it waits.
 *
 * <p>What time it is, the database alone decides: no closing of a day is opened before that day has
 * begun there, whatever the clocks of the instances show.
 *
 * <p>Of any number of instances one closes at a time: it holds a lease, renewed with each chunk.
 * After its crash another takes over where it stopped, once the lease is over. Even if two believed
 * to hold it, a chunk commits only if the closing is still at the place where the chunk begins.
 */
public final class DayClosing {

  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String QUERY_CANCELED = "57014";
  private static final Set<String> CANCELLED = Set.of(LOCK_NOT_AVAILABLE, QUERY_CANCELED);

  private final DataSource dataSource;
  private final ClosingLimits limits;
  private final ZoneId zone;
  private final Runnable afterChunk;

  /**
   * A closing over connections of this source, outside of any transaction of the caller.
   *
   * @param zone of the days
   * @param afterChunk called after each commit, and at least once more before the closing is
   *     finished; again after a crash for chunks whose call may have been lost
   */
  public DayClosing(DataSource dataSource, ClosingLimits limits, ZoneId zone, Runnable afterChunk) {
    this.dataSource = dataSource;
    this.limits = limits;
    this.zone = zone;
    this.afterChunk = afterChunk;
  }

  /** What became of an attempt to close. */
  public enum Outcome {
    /** This call closed the last employee of a closing. */
    FINISHED,
    /** Nothing is open, or another runner has it. */
    NOT_OURS,
  }

  /**
   * Says that changes are counted from now on, so that the first closing knows where to begin; does
   * nothing once there has been a closing.
   *
   * @param closed the last day that is over
   */
  public void beginCounting(LocalDate closed) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      new ClosingTable(connection).beginCounting(closed);
    }
  }

  /**
   * Opens the closing of all days up to this one, unless they are closed, a closing is under way,
   * or the day has not begun.
   */
  public void open(LocalDate day) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      new ClosingTable(connection).open(day, day.atStartOfDay(zone).toInstant());
    }
  }

  /** The latest closing; empty before the first. */
  public Optional<ClosingProgress> progress() throws SQLException {
    return look().map(Look::latest);
  }

  /** The latest closing with the database's time; empty before the first. */
  Optional<Look> look() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return new ClosingTable(connection).latest();
    }
  }

  /** What time it is in the database. */
  Instant now() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return new ClosingTable(connection).now();
    }
  }

  /** Carries on whatever is open, then closes the days up to this one unless somebody else does. */
  public Outcome closeUpTo(LocalDate day) throws SQLException {
    Outcome carriedOn = run();
    open(day);
    Outcome closed = run();
    return closed == Outcome.FINISHED ? closed : carriedOn;
  }

  /**
   * Carries the open closing to its end, or leaves it to whoever has it.
   *
   * @throws SQLException when the database fails; another attempt goes on from there
   * @throws IllegalStateException when a row stayed locked for longer than the limit; likewise
   */
  public Outcome run() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      ClosingTable table = new ClosingTable(connection);
      Optional<Claim> claim = table.claim(limits.lease());
      if (claim.isEmpty()) {
        return Outcome.NOT_OURS;
      }
      createPartition(table, claim.get().firstDay());
      try (ClosingTable.Limited _ = table.limit(limits)) {
        return closeAll(table, claim.get());
      }
    }
  }

  /** Readers do not hinder it; whoever changes the form of the table at this moment may. */
  private void createPartition(ClosingTable table, LocalDate day) throws SQLException {
    long begun = System.nanoTime();
    while (true) {
      try {
        table.createPartition(day, limits.lockWait());
        return;
      } catch (SQLException e) {
        if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState()) || isStalled(begun)) {
          throw e;
        }
      }
    }
  }

  private Outcome closeAll(ClosingTable table, Claim claimed) throws SQLException {
    ChunkSize size = new ChunkSize(limits.maxChunk(), limits.targetTime());
    Claim claim = claimed;
    long advanced = System.nanoTime();
    OptionalLong next = table.next(claim.lastEmployee());
    while (next.isPresent()) {
      long last = next.getAsLong() + size.get() - 1; // keys may have gaps, never duplicates
      switch (close(table, claim, last, size)) {
        case CLOSED -> {
          afterChunk.run();
          claim = claim.at(last);
          advanced = System.nanoTime();
        }
        case CANCELLED -> requireProgress(advanced, claim);
        case LOST -> {
          return Outcome.NOT_OURS;
        }
      }
      next = table.next(claim.lastEmployee());
    }
    afterChunk.run();
    return table.finish(claim) ? Outcome.FINISHED : Outcome.NOT_OURS;
  }

  private ChunkOutcome close(ClosingTable table, Claim claim, long last, ChunkSize size)
      throws SQLException {
    long start = System.nanoTime();
    try {
      boolean ours = table.close(claim, last, limits.lease());
      size.done(Duration.ofNanos(System.nanoTime() - start));
      return ours ? ChunkOutcome.CLOSED : ChunkOutcome.LOST;
    } catch (SQLException e) {
      if (!CANCELLED.contains(String.valueOf(e.getSQLState()))) {
        throw e;
      }
      size.cancelled();
      return ChunkOutcome.CANCELLED;
    }
  }

  private void requireProgress(long advanced, Claim claim) {
    if (isStalled(advanced)) {
      throw new IllegalStateException(
          "closing %s has not got past employee %d for more than %s: look for the transaction that keeps a row of employee_activity locked (pg_stat_activity); the next attempt goes on from there"
              .formatted(claim.day(), claim.lastEmployee(), limits.stallLimit()));
    }
  }

  private boolean isStalled(long since) {
    return System.nanoTime() - since > limits.stallLimit().toNanos();
  }

  private enum ChunkOutcome {
    CLOSED,
    CANCELLED,
    LOST
  }
}
