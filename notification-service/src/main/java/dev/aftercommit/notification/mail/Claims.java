package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.mail.SendResult.Refused;
import dev.aftercommit.notification.mail.SendResult.Sent;
import dev.aftercommit.notification.mail.SendResult.ServerRefused;
import dev.aftercommit.notification.mail.SendResult.Unanswered;
import dev.aftercommit.notification.mail.SendResult.Undeliverable;
import dev.aftercommit.notification.mail.SendResult.Unsendable;
import dev.aftercommit.resilience.BackOff;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Who may send what. A claim is committed before anything is sent, so that no transaction is open
 * while the SMTP server takes its time, and two processes never send the same mail while both are
 * alive: each renews its claims. When a process dies, its claims end by themselves. Nothing here
 * waits for the lock of a row longer than the lock limit.
 */
@Singleton
class Claims {

  private static final String CLAIM =
      """
      WITH due AS (
        SELECT id FROM notification
        WHERE state = 'PENDING' AND next_try_at <= now()
          AND (claimed_until IS NULL OR claimed_until <= now())
        ORDER BY next_try_at, id LIMIT ? FOR UPDATE SKIP LOCKED)
      UPDATE notification SET claimed_until = now() + ? * interval '1 millisecond', tries = tries + 1
      FROM due WHERE notification.id = due.id
      RETURNING notification.id, tries, email, name, salary, currency, changed_at, message_id
      """;

  private static final String RENEW =
      """
      WITH held AS (
        SELECT n.id FROM notification n
        JOIN unnest(?::bigint[], ?::integer[]) AS claim (id, tries) USING (id, tries)
        WHERE n.state = 'PENDING' AND n.claimed_until IS NOT NULL FOR UPDATE OF n SKIP LOCKED)
      UPDATE notification SET claimed_until = now() + ? * interval '1 millisecond'
      FROM held WHERE notification.id = held.id
      RETURNING notification.id
      """;

  /** Also when the claim has ended meanwhile: the mail is out, nobody needs to send it again. */
  private static final String MARK_SENT =
      """
      UPDATE notification
      SET state = 'SENT', settled_at = now(), settled_by = pg_current_xact_id(),
        claimed_until = NULL, error = NULL
      WHERE id = ANY (?) AND state <> 'SENT'
      """;

  /** Takes back so many of its tries. */
  private static final String MARK_FAILED =
      """
      UPDATE notification
      SET claimed_until = NULL, error = ?, next_try_at = now() + ? * interval '1 millisecond',
        tries = tries - ?
      WHERE id = ? AND state = 'PENDING' AND tries = ?
      """;

  private static final String PARK =
      """
      UPDATE notification
      SET state = 'PARKED', settled_at = now(), settled_by = pg_current_xact_id(),
        claimed_until = NULL, error = ?
      WHERE id = ? AND state = 'PENDING' AND tries = ?
      """;

  private static final String RELEASE =
      """
      UPDATE notification SET claimed_until = NULL, tries = tries - 1
      WHERE id = ? AND state = 'PENDING' AND tries = ?
      """;

  private final DataSource dataSource;
  private final NotificationConfig.Sender config;

  Claims(DataSource dataSource, NotificationConfig config) {
    this.dataSource = dataSource;
    this.config = config.sender();
  }

  /** Claims up to {@code most} due notifications, for as long as a claim lasts. */
  List<ClaimedMail> claim(int most) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement claim = connection.prepareStatement(CLAIM)) {
      claim.setInt(1, most);
      claim.setLong(2, config.claim().toMillis());
      try (ResultSet rows = claim.executeQuery()) {
        List<ClaimedMail> claimed = new ArrayList<>();
        while (rows.next()) {
          claimed.add(read(rows));
        }
        return claimed;
      }
    }
  }

  /**
   * Lets claims of this process last from now on. Returns the numbers of the notifications that it
   * still has: those that nobody took over or settled.
   */
  Set<Long> renew(Collection<ClaimedMail> held) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement renew = connection.prepareStatement(RENEW)) {
      renew.setArray(
          1, connection.createArrayOf("bigint", held.stream().map(ClaimedMail::id).toArray()));
      renew.setArray(
          2,
          connection.createArrayOf("integer", held.stream().map(ClaimedMail::attempt).toArray()));
      renew.setLong(3, config.claim().toMillis());
      try (ResultSet rows = renew.executeQuery()) {
        Set<Long> renewed = new HashSet<>();
        while (rows.next()) {
          renewed.add(rows.getLong(1));
        }
        return renewed;
      }
    }
  }

  /** Marks what has been tried, in one transaction. Returns how many were parked. */
  int settle(List<SendResult> results) throws SQLException {
    int[] parked = {0};
    inTransaction(connection -> parked[0] = settle(connection, results));
    return parked[0];
  }

  /** Gives back what was claimed and not tried. */
  void release(List<ClaimedMail> untried) throws SQLException {
    inTransaction(
        connection -> {
          try (PreparedStatement release = connection.prepareStatement(RELEASE)) {
            for (ClaimedMail mail : untried) {
              release.setLong(1, mail.id());
              release.setInt(2, mail.attempt());
              release.addBatch();
            }
            release.executeBatch();
          }
        });
  }

  @FunctionalInterface
  private interface Work {
    void run(Connection connection) throws SQLException;
  }

  private void inTransaction(Work work) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement limit = connection.createStatement()) {
        limit.execute("SET LOCAL lock_timeout = " + config.lockLimit().toMillis());
        work.run(connection);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  private int settle(Connection connection, List<SendResult> results) throws SQLException {
    List<Long> sent = new ArrayList<>();
    int parked = 0;
    for (SendResult result : results) {
      switch (result) {
        case Sent done -> sent.add(done.mail().id());
        case Undeliverable never -> parked += park(connection, never.mail(), never.error());
        case Unsendable never -> parked += park(connection, never.mail(), never.error());
        case Refused refused -> parked += failed(connection, refused.mail(), refused.error());
        case Unanswered away -> parked += failed(connection, away.mail(), away.error());
        case ServerRefused other -> giveBack(connection, other.mail(), other.error());
      }
    }
    if (!sent.isEmpty()) {
      try (PreparedStatement mark = connection.prepareStatement(MARK_SENT)) {
        mark.setArray(1, connection.createArrayOf("bigint", sent.toArray()));
        mark.executeUpdate();
      }
    }
    return parked;
  }

  private int failed(Connection connection, ClaimedMail mail, String error) throws SQLException {
    if (mail.attempt() >= config.mostTries()) {
      return park(connection, mail, error);
    }
    later(
        connection,
        mail,
        error,
        BackOff.after(mail.attempt(), config.retryFirst(), config.retryLongest()),
        0);
    return 0;
  }

  /** Behind those that wait: the next probe is another mail, should it be about this one. */
  private void giveBack(Connection connection, ClaimedMail mail, String error) throws SQLException {
    later(connection, mail, error, config.retryFirst(), 1);
  }

  private static void later(
      Connection connection, ClaimedMail mail, String error, Duration wait, int triesBack)
      throws SQLException {
    try (PreparedStatement mark = connection.prepareStatement(MARK_FAILED)) {
      mark.setString(1, error);
      mark.setLong(2, wait.toMillis());
      mark.setInt(3, triesBack);
      mark.setLong(4, mail.id());
      mark.setInt(5, mail.attempt());
      mark.executeUpdate();
    }
  }

  private static int park(Connection connection, ClaimedMail mail, String error)
      throws SQLException {
    try (PreparedStatement park = connection.prepareStatement(PARK)) {
      park.setString(1, "try " + mail.attempt() + ": " + error);
      park.setLong(2, mail.id());
      park.setInt(3, mail.attempt());
      return park.executeUpdate();
    }
  }

  /** Reads nothing that a value in the table could make fail: the others of the claim go on. */
  private static ClaimedMail read(ResultSet row) throws SQLException {
    return new ClaimedMail(
        row.getLong(1),
        row.getInt(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getObject(7, OffsetDateTime.class),
        row.getString(8));
  }
}
