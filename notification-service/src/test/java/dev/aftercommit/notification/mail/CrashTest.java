package dev.aftercommit.notification.mail;

import static dev.aftercommit.notification.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.notification.MailServer;
import dev.aftercommit.notification.ServiceTest;
import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.notification.NotificationQueries;
import dev.aftercommit.resilience.Database;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.ProgressLiveness;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.eclipse.microprofile.health.Liveness;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/** Senders that die, and several of them. */
@ServiceTest
class CrashTest {

  private static final Logger LOG = Logger.getLogger(CrashTest.class);
  private static final int MAILS = 400;

  @Inject DataSource dataSource;
  @Inject MailTransport transport;
  @Inject Claims claims;
  @Inject NotificationQueries queries;
  @Inject NotificationConfig config;
  @Inject Database database;
  @Inject @Liveness ProgressLiveness liveness;

  @Test
  void aMailWhoseSenderDiedBeforeTheMarkGoesAgainWithTheSameMessageId() throws Exception {
    String messageId = "<" + UUID.randomUUID() + "@aftercommit.example>";
    long id = insert(messageId, "now() + interval '1 hour'");
    CompletableFuture<SendResult> result = new CompletableFuture<>();
    transport.send(
        new ClaimedMail(
            id,
            1,
            "c@example.org",
            "Ann",
            "1",
            "EUR",
            OffsetDateTime.now(ZoneOffset.UTC),
            messageId),
        result::complete);
    assertThat(result.get()).isInstanceOf(SendResult.Sent.class);
    await().untilAsserted(() -> assertThat(timesSent(messageId)).isEqualTo(1));
    assertThat(stateOf(id)).isEqualTo("PENDING 1");

    execute("UPDATE notification SET claimed_until = now() WHERE id = " + id);

    await().untilAsserted(() -> assertThat(stateOf(id)).isEqualTo("SENT 2"));
    assertThat(timesSent(messageId)).isEqualTo(2);
  }

  @Test
  void twoSendersAtOnceNeverSendTheSameMailTwice() throws Exception {
    SendLoop second =
        new SendLoop(
            claims,
            transport,
            new MailMetrics(new SimpleMeterRegistry()),
            queries,
            config.sender(),
            new Surroundings(
                database,
                new Outage(LOG, "SMTP of the second"),
                new Outage(LOG, "the second"),
                liveness.of("second", database::check)));
    Thread thread = Thread.ofPlatform().start(() -> run(second));
    String domain = "@two-" + UUID.randomUUID();
    try {
      for (int i = 0; i < MAILS; i++) {
        insert("<" + i + domain + ">", "NULL");
      }
      await().untilAsserted(() -> assertThat(pending(domain)).isZero());
    } finally {
      second.stop();
      thread.join();
    }

    assertThat(MailServer.messageIds().stream().filter(id -> id.contains(domain)))
        .hasSize(MAILS)
        .doesNotHaveDuplicates();
  }

  private static void run(SendLoop loop) {
    try {
      loop.run();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this", e);
    }
  }

  private static long timesSent(String messageId) {
    return MailServer.messageIds().stream().filter(messageId::equals).count();
  }

  private long insert(String messageId, String claimedUntil) throws Exception {
    String sql =
        """
        INSERT INTO notification (event_id, employee, name, email, salary, currency, changed_at,
          message_id, state, tries, claimed_until)
        VALUES (gen_random_uuid(), 'c', 'Ann', 'c@example.org', 1, 'EUR', now(), ?, 'PENDING',
          CASE WHEN %1$s IS NULL THEN 0 ELSE 1 END, %1$s)
        RETURNING id
        """
            .formatted(claimedUntil);
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, messageId);
      ResultSet row = insert.executeQuery();
      row.next();
      return row.getLong(1);
    }
  }

  private String stateOf(long id) throws Exception {
    return queryText("SELECT state || ' ' || tries FROM notification WHERE id = " + id);
  }

  private long pending(String domain) throws Exception {
    return Long.parseLong(
        queryText(
            "SELECT count(*) FROM notification WHERE state <> 'SENT' AND message_id LIKE '%"
                + domain
                + ">'"));
  }

  private String queryText(String sql) throws Exception {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      ResultSet row = select.executeQuery();
      row.next();
      return row.getString(1);
    }
  }

  private void execute(String sql) throws Exception {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }
}
