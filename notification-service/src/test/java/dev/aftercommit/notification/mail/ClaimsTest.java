package dev.aftercommit.notification.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims on a database that no service works on. */
class ClaimsTest {

  private FreshDatabase database;
  private Claims claims;

  @BeforeEach
  void migrate() {
    database = SharedServers.get().freshDatabase("claims", "notification_service");
    Flyway.configure()
        .dataSource(database.dataSource())
        .locations("classpath:db/inbox", "classpath:db/migration")
        .load()
        .migrate();
    NotificationConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(NotificationConfig.class)
            .withConverter(Duration.class, 200, new DurationConverter())
            .withDefaultValue("notification.sender.most-tries", "2")
            .build()
            .getConfigMapping(NotificationConfig.class);
    claims = new Claims(database.dataSource(), config);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void onlyWhatIsDueIsClaimedOldestFirst() throws Exception {
    insert(1, "PENDING", "now() - interval '1 minute'");
    insert(2, "PENDING", "now() + interval '1 minute'");
    insert(3, "PENDING", "now() - interval '2 minutes'");
    insert(4, "SENT", "now() - interval '3 minutes'");
    insert(5, "PENDING", "now()");

    assertThat(ids(claims.claim(2))).containsExactlyInAnyOrder(1L, 3L);
    assertThat(ids(claims.claim(2))).containsExactly(5L);
  }

  @Test
  void whatAnotherSenderIsClaimingRightNowIsPassedOver() throws Exception {
    insert(1, "PENDING", "now()");
    insert(2, "PENDING", "now()");
    try (Connection other = database.dataSource().getConnection();
        Statement lock = other.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("SELECT FROM notification WHERE id = 1 FOR UPDATE");

      assertThat(ids(claims.claim(10))).containsExactly(2L);
      other.rollback();
    }
    assertThat(ids(claims.claim(10))).containsExactly(1L);
  }

  @Test
  void aClaimKeepsOthersAwayUntilItEnds() throws Exception {
    insert(1, "PENDING", "now()");

    assertThat(claims.claim(1).getFirst().attempt()).isEqualTo(1);
    assertThat(claims.claim(1)).isEmpty();
    endClaims();
    assertThat(claims.claim(1).getFirst().attempt()).isEqualTo(2);
  }

  @Test
  void aFailureKnownLateDoesNotDisturbTheNextTry() throws Exception {
    insert(1, "PENDING", "now()");
    ClaimedMail first = claims.claim(1).getFirst();
    endClaims();
    claims.claim(1);

    claims.settle(List.of(new SendResult.Refused(first, "late")));

    assertThat(text("SELECT error FROM notification")).isNull();
    assertThat(claims.claim(1)).isEmpty();
  }

  @Test
  void aMailThatWasTakenIsSentHoweverLateThatIsKnown() throws Exception {
    insert(1, "PENDING", "now()");
    ClaimedMail first = claims.claim(1).getFirst();
    endClaims();
    ClaimedMail second = claims.claim(1).getFirst();

    claims.settle(List.of(new SendResult.Sent(first)));
    claims.settle(List.of(new SendResult.Unanswered(second, "reset")));

    assertThat(text("SELECT state FROM notification")).isEqualTo("SENT");
  }

  @Test
  void theLastTryParksWithTheReason() throws Exception {
    insert(1, "PENDING", "now()");
    assertThat(claims.settle(List.of(new SendResult.Refused(claims.claim(1).getFirst(), "busy"))))
        .isZero();
    assertThat(text("SELECT state || (next_try_at > now()) FROM notification"))
        .isEqualTo("PENDINGtrue");
    execute("UPDATE notification SET next_try_at = now()");

    assertThat(claims.settle(List.of(new SendResult.Refused(claims.claim(1).getFirst(), "busy"))))
        .isEqualTo(1);

    assertThat(text("SELECT state || ' ' || error FROM notification"))
        .isEqualTo("PARKED try 2: busy");
  }

  @Test
  void whatIsGivenBackHasItsTryBack() throws Exception {
    insert(1, "PENDING", "now()");

    claims.release(claims.claim(1));

    assertThat(claims.claim(1).getFirst().attempt()).isEqualTo(1);
  }

  private void insert(long id, String state, String nextTryAt) throws SQLException {
    execute(
        """
        INSERT INTO notification (id, event_id, employee, name, email, salary, currency, changed_at,
          message_id, state, next_try_at)
        OVERRIDING SYSTEM VALUE
        VALUES (%d, gen_random_uuid(), 'e', 'Ann', 'a@b.org', 1, 'EUR', now(), '<m@b.org>', '%s', %s)
        """
            .formatted(id, state, nextTryAt));
  }

  private void endClaims() throws SQLException {
    execute("UPDATE notification SET claimed_until = now()");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private String text(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static List<Long> ids(List<ClaimedMail> mails) {
    return mails.stream().map(ClaimedMail::id).toList();
  }
}
