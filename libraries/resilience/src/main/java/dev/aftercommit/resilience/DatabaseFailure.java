package dev.aftercommit.resilience;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of PostgreSQL calls for, by SQLSTATE. Classes are those of appendix A of its
 * manual.
 */
public enum DatabaseFailure {
  /** The data cannot be stored: trying again fails again. */
  DATA,
  /** It met another transaction: trying again at once may do. */
  CONFLICT,
  /**
   * It waited for a lock, or worked, for longer than allowed: others work, this one comes later.
   */
  CONTENTION,
  /** The database is away, full, read-only, or not what we expect: trying again later may do. */
  UNAVAILABLE;

  private static final int MAX_DEPTH = 20;
  private static final Set<String> CONFLICTS = Set.of("40001", "40P01");
  private static final Set<String> WAITED_TOO_LONG = Set.of("55P03", "57014");

  /** Data exception, integrity constraint violation, program limit exceeded (a key too long). */
  private static final Set<String> DATA_CLASSES = Set.of("22", "23", "54");

  /** Whatever is not known to be somebody else's fault is {@link #UNAVAILABLE}. */
  public static DatabaseFailure of(SQLException failure) {
    String state = failure.getSQLState();
    if (state == null || state.length() < 2) {
      return UNAVAILABLE; // the pool gave up waiting for a connection
    }
    if (CONFLICTS.contains(state)) {
      return CONFLICT;
    }
    if (WAITED_TOO_LONG.contains(state)) {
      return CONTENTION;
    }
    return DATA_CLASSES.contains(state.substring(0, 2)) ? DATA : UNAVAILABLE;
  }

  /**
   * The failure of the database that an exception was made of; null if there is none in its chain.
   * A failed commit carries it as suppressed by the transaction manager's own exception.
   */
  public static @Nullable SQLException find(@Nullable Throwable thrown) {
    return find(thrown, MAX_DEPTH);
  }

  private static @Nullable SQLException find(@Nullable Throwable thrown, int depth) {
    if (thrown == null || depth == 0) {
      return null;
    }
    // a batch says that one of its entries was refused, its cause says what was
    if (thrown instanceof SQLException failure && !isBatchWithCause(failure)) {
      return failure;
    }
    SQLException found = find(thrown.getCause(), depth - 1);
    for (Throwable suppressed : thrown.getSuppressed()) {
      found = found == null ? find(suppressed, depth - 1) : found;
    }
    return found;
  }

  private static boolean isBatchWithCause(SQLException failure) {
    return failure instanceof BatchUpdateException && failure.getCause() != null;
  }
}
