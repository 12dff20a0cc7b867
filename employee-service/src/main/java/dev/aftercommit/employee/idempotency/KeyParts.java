package dev.aftercommit.employee.idempotency;

import dev.aftercommit.employee.config.EmployeeServiceConfig;
import dev.aftercommit.resilience.DatabaseFailure;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Forgets keys, a partition at a time and only when none of its keys is younger than the expiry: no
 * row is ever deleted. Times are the database's. Each partition takes the keys of a quarter of the
 * expiry, in turn; so a key is remembered for the expiry at least, and a quarter longer at most.
 *
 * <p>Which partition holds a key decides nothing but when it goes: keys are looked up in all of
 * them. So two settings of the expiry on two instances, or a double on the other side of a
 * partition's boundary, can do no harm.
 */
@ApplicationScoped
class KeyParts {

  /** One is written to, four are within the expiry, and one has time to be emptied. */
  static final int COUNT = 6;

  private static final int PARTS_PER_EXPIRY = 4;
  private static final Logger LOG = Logger.getLogger(KeyParts.class);

  private final DataSource dataSource;
  private final Duration expiry;
  private final Outage outage;

  @Inject
  KeyParts(DataSource dataSource, EmployeeServiceConfig config, Outages outages) {
    this.outage =
        outages.of("idempotency-sweep", "the removal of expired idempotency keys", LOG, false);
    this.dataSource = dataSource;
    this.expiry = config.idempotency().expiry();
  }

  /** For how long one partition is written to. */
  static Duration length(Duration expiry) {
    return expiry.dividedBy(PARTS_PER_EXPIRY);
  }

  /**
   * Empties every partition whose keys have all expired; any number of instances may do so. What
   * fails is tried again at the next sweep.
   */
  @Scheduled(
      every = "{aftercommit.idempotency.sweep-interval}",
      concurrentExecution = ConcurrentExecution.SKIP)
  void sweep() {
    try {
      for (int part = 0; part < COUNT; part++) {
        emptyUnlessBusy(part);
      }
      outage.works();
    } catch (SQLException | RuntimeException e) {
      outage.failed(e);
    }
  }

  private void emptyUnlessBusy(int part) throws SQLException {
    try {
      emptyIfExpired(part);
    } catch (SQLException e) {
      if (DatabaseFailure.of(e) != DatabaseFailure.CONTENTION) {
        throw e;
      }
      LOG.debugf("partition %d is in use, the next sweep tries again", part);
    }
  }

  /**
   * Commands at work hold the partition, and those that come queue behind a waiting TRUNCATE: so it
   * gives up soon. Under its lock nobody can add a key any more, hence the second look.
   */
  private void emptyIfExpired(int part) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      if (!isExpired(connection, part)) {
        return;
      }
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET LOCAL lock_timeout = '100ms'");
        statement.execute("LOCK TABLE idempotency_key_%d".formatted(part));
        if (isExpired(connection, part)) {
          statement.execute("TRUNCATE idempotency_key_%d".formatted(part));
        }
        connection.commit();
      } finally {
        connection.rollback();
      }
    }
  }

  private boolean isExpired(Connection connection, int part) throws SQLException {
    String sql =
        """
        SELECT EXISTS (SELECT FROM idempotency_key_%1$d)
           AND NOT EXISTS (SELECT FROM idempotency_key_%1$d
                           WHERE created_at > now() - ? * interval '1 second')
        """
            .formatted(part);
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, expiry.toSeconds());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
