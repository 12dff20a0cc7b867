package dev.aftercommit.notification.mail;

import dev.aftercommit.resilience.DatabaseFailure;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Results that are not in the database yet. They are written together; when one of them cannot be,
 * each is written by itself, so that it keeps no other from being marked. Not thread-safe.
 */
final class Marks {

  private static final Logger LOG = Logger.getLogger(Marks.class);

  private final Claims claims;
  private final MailMetrics metrics;
  private final List<SendResult> waiting = new ArrayList<>();

  Marks(Claims claims, MailMetrics metrics) {
    this.claims = claims;
    this.metrics = metrics;
  }

  void add(SendResult result) {
    waiting.add(result);
  }

  int size() {
    return waiting.size();
  }

  /** The mails they are about. */
  List<ClaimedMail> mails() {
    return waiting.stream().map(SendResult::mail).toList();
  }

  /**
   * Writes what waits. One whose row somebody else has locked for too long waits for the next time;
   * one that the database does not accept is given up, and its mail is tried again when its claim
   * has ended.
   *
   * @return whether all is written that can be
   * @throws SQLException when the database is away; everything not written is kept
   */
  boolean write() throws SQLException {
    if (waiting.isEmpty()) {
      return true;
    }
    try {
      metrics.parked(claims.settle(waiting));
      waiting.clear();
    } catch (SQLException e) {
      throwIfUnavailable(e);
      for (SendResult result : List.copyOf(waiting)) {
        writeAlone(result);
      }
    }
    return waiting.isEmpty();
  }

  private void writeAlone(SendResult result) throws SQLException {
    try {
      metrics.parked(claims.settle(List.of(result)));
      waiting.remove(result);
    } catch (SQLException e) {
      throwIfUnavailable(e);
      if (DatabaseFailure.of(e) == DatabaseFailure.DATA) {
        LOG.errorf(e, "the result of notification %d cannot be stored", result.mail().id());
        waiting.remove(result);
      }
    }
  }

  private static void throwIfUnavailable(SQLException e) throws SQLException {
    if (DatabaseFailure.of(e) == DatabaseFailure.UNAVAILABLE) {
      throw e;
    }
  }
}
