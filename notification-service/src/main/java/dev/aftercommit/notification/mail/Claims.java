package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.mail.SendResult.Refused;
import dev.aftercommit.notification.mail.SendResult.Sent;
import dev.aftercommit.notification.mail.SendResult.Undeliverable;
import dev.aftercommit.notification.mail.SendResult.Unreachable;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;

/**
 * Who may send what. A claim is committed before anything is sent, so that no transaction is open
 * while the SMTP server takes its time, and two processes never send the same mail while both are
 * alive. When a process dies, its claims end by themselves.
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

  /** Also when the claim has ended meanwhile: the mail is out, nobody needs to send it again. */
  private static final String MARK_SENT =
      """
      UPDATE notification
      SET state = 'SENT', settled_at = now(), claimed_until = NULL, error = NULL
      WHERE id = ANY (?) AND state <> 'SENT'
      """;

  private static final String MARK_FAILED =
      """
      UPDATE notification
      SET claimed_until = NULL, error = ?, next_try_at = now() + ? * interval '1 millisecond'
      WHERE id = ? AND state = 'PENDING' AND tries = ?
      """;

  private static final String PARK =
      """
      UPDATE notification
      SET state = 'PARKED', settled_at = now(), claimed_until = NULL, error = ?
      WHERE id = ? AND state = 'PENDING' AND tries = ?
      """;

  private static final String RELEASE =
      """
      UPDATE notification SET claimed_until = NULL, tries = tries - 1
      WHERE id = ? AND state = 'PENDING' AND tries = ?
      """;

  private static final int MOST_DOUBLINGS = 20;

  private final DataSource dataSource;
  private final NotificationConfig.Sender config;

  Claims(DataSource dataSource, NotificationConfig config) {
    this.dataSource = dataSource;
    this.config = config.sender();
  }

  /** Claims up to {@code most} due notifications, for as long as a claim lasts. */
  List<ClaimedMail> claim(int most) throws SQLException {
    long startBefore = System.nanoTime() + config.claim().minus(config.sendTimeout()).toNanos();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement claim = connection.prepareStatement(CLAIM)) {
      claim.setInt(1, most);
      claim.setLong(2, config.claim().toMillis());
      try (ResultSet rows = claim.executeQuery()) {
        List<ClaimedMail> claimed = new ArrayList<>();
        while (rows.next()) {
          claimed.add(read(rows, startBefore));
        }
        return claimed;
      }
    }
  }

  /** Marks what has been tried, in one transaction. Returns how many were parked. */
  int settle(List<SendResult> results) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        int parked = settle(connection, results);
        connection.commit();
        return parked;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  /** Gives back what was claimed and not tried. */
  void release(List<ClaimedMail> untried) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement release = connection.prepareStatement(RELEASE)) {
      for (ClaimedMail mail : untried) {
        release.setLong(1, mail.id());
        release.setInt(2, mail.attempt());
        release.addBatch();
      }
      release.executeBatch();
    }
  }

  private int settle(Connection connection, List<SendResult> results) throws SQLException {
    List<Long> sent = new ArrayList<>();
    int parked = 0;
    for (SendResult result : results) {
      switch (result) {
        case Sent done -> sent.add(done.mail().id());
        case Undeliverable never -> parked += park(connection, never.mail(), never.error());
        case Refused refused -> parked += failed(connection, refused.mail(), refused.error());
        case Unreachable away -> parked += failed(connection, away.mail(), away.error());
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
    try (PreparedStatement mark = connection.prepareStatement(MARK_FAILED)) {
      mark.setString(1, error);
      mark.setLong(2, backOff(mail.attempt()).toMillis());
      mark.setLong(3, mail.id());
      mark.setInt(4, mail.attempt());
      mark.executeUpdate();
      return 0;
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

  /** Doubles with each try; by chance between half and all of it, so that tries spread. */
  private Duration backOff(int attempt) {
    Duration doubled =
        config.retryFirst().multipliedBy(1L << Math.min(attempt - 1, MOST_DOUBLINGS));
    Duration wait = doubled.compareTo(config.retryLongest()) < 0 ? doubled : config.retryLongest();
    long half = wait.toMillis() / 2;
    return Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
  }

  private static ClaimedMail read(ResultSet row, long startBefore) throws SQLException {
    return new ClaimedMail(
        row.getLong(1),
        row.getInt(2),
        row.getString(3),
        row.getString(4),
        row.getBigDecimal(5),
        row.getString(6),
        row.getObject(7, OffsetDateTime.class).toInstant(),
        row.getString(8),
        startBefore);
  }
}
