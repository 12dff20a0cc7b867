package dev.aftercommit.consumer;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a failed transaction calls for. */
enum DatabaseFailure {
  /** The data cannot be stored: trying again fails again. */
  DATA,
  /** It met another transaction: trying again at once may do. */
  CONFLICT,
  /** The database is away, full or not what we expect: the messages are not to blame. */
  UNAVAILABLE;

  private static final String SERIALIZATION_FAILURE = "40001";
  private static final String DEADLOCK_DETECTED = "40P01";

  /** Decides by SQLState; whatever is not known to be the data's fault is {@link #UNAVAILABLE}. */
  static DatabaseFailure of(SQLException failure) {
    String state = failure.getSQLState();
    if (SERIALIZATION_FAILURE.equals(state) || DEADLOCK_DETECTED.equals(state)) {
      return CONFLICT;
    }
    return isAboutData(state) ? DATA : UNAVAILABLE;
  }

  /** Data exception, integrity constraint violation, program limit exceeded (a key too long). */
  private static boolean isAboutData(@Nullable String state) {
    return state != null
        && (state.startsWith("22") || state.startsWith("23") || state.startsWith("54"));
  }
}
