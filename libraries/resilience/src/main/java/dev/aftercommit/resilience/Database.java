package dev.aftercommit.resilience;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether this service's database takes changes, found out over a connection of its own: it neither
 * waits for the pool nor takes a place in it. A server that is away, frozen or read-only (a standby
 * after a fail-over) is an {@link Outage} that takes the service out of readiness.
 *
 * <p>Whoever sees a statement fail says so with {@link #failed}: the first dead connection of a
 * pool is the sign that the idle ones are dead, too, and they are dropped, so that each costs no
 * request. They are dropped once more when the database works again: those made meanwhile may lead
 * to a server that takes no changes.
 *
 * <p>A look sees less than statements do (a full disk answers it). So the outage ends only when for
 * a while no statement failed; each relapse within a minute doubles that while, up to a minute.
 */
@Singleton
public class Database {

  private static final Logger LOG = Logger.getLogger(Database.class);
  private static final Duration BETWEEN_FLUSHES = Duration.ofMillis(200);
  private static final Duration SHORTEST_QUIET = Duration.ofMillis(250);
  private static final Duration LONGEST_QUIET = Duration.ofMinutes(1);
  private static final String TAKES_CHANGES =
      "SELECT current_setting('transaction_read_only')::boolean";

  private final AgroalDataSource pool;
  private final String url;
  private final Properties credentials = new Properties();
  private final Duration interval;
  private final Outage outage;
  private final AtomicLong flushedAt =
      new AtomicLong(System.nanoTime() - BETWEEN_FLUSHES.toNanos());
  private final Semaphore suspicions = new Semaphore(0);
  private final SupervisedThread lookout;
  private final BackOff relapses = new BackOff(SHORTEST_QUIET, LONGEST_QUIET);
  private Duration quiet = Duration.ZERO;
  private long failedAt;
  private long endedAt;

  /**
   * Looks from the start of the application on.
   *
   * @param interval between two looks while all is well
   * @param limit longest wait for the server's answer, in each step of a look
   */
  public Database(
      AgroalDataSource pool,
      Outages outages,
      @ConfigProperty(name = "resilience.database-url") String url,
      @ConfigProperty(name = "quarkus.datasource.username") String user,
      @ConfigProperty(name = "quarkus.datasource.password") String password,
      @ConfigProperty(name = "resilience.database-check", defaultValue = "5s") Duration interval,
      @ConfigProperty(name = "resilience.database-check-limit", defaultValue = "3s")
          Duration limit) {
    this.pool = pool;
    this.url = url;
    this.interval = interval;
    String seconds = Long.toString(Math.max(1, limit.toSeconds()));
    credentials.setProperty("user", user);
    credentials.setProperty("password", password);
    credentials.setProperty("ApplicationName", "readiness");
    credentials.setProperty("connectTimeout", seconds);
    credentials.setProperty("loginTimeout", seconds);
    credentials.setProperty("socketTimeout", seconds);
    this.outage = outages.of("database", "the database", LOG, true);
    this.lookout =
        new SupervisedThread(
            "database-check",
            Duration.ofMillis(250),
            interval,
            Duration.ofMillis(10),
            outage,
            this::look);
  }

  void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
    lookout.start();
  }

  /**
   * A statement failed. Only what makes the database unavailable is taken note of; whether it still
   * is gets looked at at once. When no connection of the pool was free, only the look decides: the
   * database may well be there, and others have all the connections.
   */
  public void failed(SQLException failure) {
    if (DatabaseFailure.of(failure) != DatabaseFailure.UNAVAILABLE) {
      return;
    }
    if (failure.getSQLState() != null) {
      begin(describe(failure));
      dropIdleConnections();
    }
    suspicions.release();
  }

  /**
   * Asks the server over a new connection whether it takes changes.
   *
   * @throws SQLException when it is away, does not answer in time, or is read-only
   */
  public void check() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, credentials)) {
      requireTakesChanges(connection);
    }
  }

  /**
   * Waits until the server takes changes, or its database and role are made; told like every
   * outage.
   *
   * @param first shortest pause between two tries
   * @param longest longest pause
   * @param limit how long to wait
   * @throws IllegalStateException when it is over, with the last reason
   */
  void await(Duration first, Duration longest, Duration limit) {
    long begun = System.nanoTime();
    BackOff backOff = new BackOff(first, longest);
    while (true) {
      try {
        check();
        outage.works();
        return;
      } catch (SQLException e) {
        outage.failed(describe(e));
        if (System.nanoTime() - begun > limit.toNanos()) {
          throw new IllegalStateException(
              "%s did not take changes within %d s of the start: %s"
                  .formatted(url, limit.toSeconds(), describe(e)),
              e);
        }
      }
      try {
        backOff.pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stopped while waiting for " + url, e);
      }
    }
  }

  @PreDestroy
  void stop() {
    lookout.close();
  }

  private void look() throws SQLException, InterruptedException {
    try (Connection connection = DriverManager.getConnection(url, credentials)) {
      while (!lookout.isStopping()) {
        requireTakesChanges(connection);
        Duration pause = end() ? interval : SHORTEST_QUIET;
        if (suspicions.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          suspicions.drainPermits();
        }
      }
    }
  }

  private synchronized void begin(String reason) {
    long now = System.nanoTime();
    if (outage.reason().isEmpty()) {
      if (now - endedAt > LONGEST_QUIET.toNanos()) {
        relapses.reset();
      }
      quiet = relapses.next();
    }
    failedAt = now;
    outage.failed(reason);
  }

  /** A look succeeded; tells whether there is no outage any more. */
  private synchronized boolean end() {
    if (outage.reason().isEmpty()) {
      return true;
    }
    long now = System.nanoTime();
    if (now - failedAt < quiet.toNanos()) {
      return false;
    }
    endedAt = now;
    pool.flush(FlushMode.GRACEFUL);
    outage.works();
    return true;
  }

  private static void requireTakesChanges(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(TAKES_CHANGES)) {
      if (row.next() && row.getBoolean(1)) {
        throw new SQLException("the server takes no changes: it is read-only", "25006");
      }
    }
  }

  private void dropIdleConnections() {
    long now = System.nanoTime();
    long before = flushedAt.get();
    if (now - before >= BETWEEN_FLUSHES.toNanos() && flushedAt.compareAndSet(before, now)) {
      pool.flush(FlushMode.IDLE);
    }
  }

  private static String describe(SQLException failure) {
    @Nullable String state = failure.getSQLState();
    return state == null
        ? Outage.describe(failure)
        : "SQLState %s: %s".formatted(state, Outage.describe(failure));
  }
}
