package dev.aftercommit.benchmarks;

import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EmployeeChanged.Change;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.outbox.Doorbell;
import dev.aftercommit.outbox.OutboxAppender;
import dev.aftercommit.outbox.OutboxConfig;
import dev.aftercommit.outbox.OutboxEvent;
import dev.aftercommit.stack.servers.PostgresServer;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Threads that change one row and append one event per transaction, with the library that services
 * use.
 */
final class Writers {

  /** As fast as they can. */
  static final int UNLIMITED = 0;

  private static final int DEPARTMENTS = 20;

  /** The defaults of the employee service. */
  private static final OutboxConfig DOORBELL =
      new OutboxConfig(Duration.ofMillis(2), Duration.ofMillis(10), 300);

  private final PGSimpleDataSource database;
  private final int threads;
  private final int employees;
  private final Queue<UUID> ids = new ConcurrentLinkedQueue<>();

  Writers(PostgresServer postgres, int threads, int employees) {
    this.database = employeeDatabase(postgres);
    this.threads = threads;
    this.employees = employees;
  }

  /** A table of our own, shaped like the employee service's. */
  static void createEmployees(PostgresServer postgres, int count) throws SQLException {
    try (Connection connection = employeeDatabase(postgres).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE benchmark_employee (id bigint PRIMARY KEY, salary numeric(14, 2) NOT NULL,"
              + " version bigint NOT NULL) WITH (fillfactor = 70)");
      statement.execute(
          "INSERT INTO benchmark_employee SELECT n, 5000, 0 FROM generate_series(0, %d) n"
              .formatted(count - 1));
    }
  }

  /**
   * Commits events, spread evenly over time.
   *
   * @param perSecond the rate, or {@link #UNLIMITED}
   * @return how many seconds it took
   */
  double commit(int events, int perSecond) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    try (Doorbell doorbell = new Doorbell(database, DOORBELL);
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(pool.submit(writer(next, events, perSecond, start, doorbell)));
      }
      for (Future<Void> writer : running) {
        writer.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a writer failed: " + e.getCause(), e);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** The ids of all events that were committed. */
  Queue<UUID> ids() {
    return ids;
  }

  private Callable<Void> writer(
      AtomicInteger next, int events, int perSecond, long start, Doorbell doorbell) {
    return () -> {
      try (Connection connection = database.getConnection();
          PreparedStatement raise =
              connection.prepareStatement(
                  "UPDATE benchmark_employee SET salary = salary + 1, version = version + 1"
                      + " WHERE id = ? RETURNING salary, version")) {
        connection.setAutoCommit(false);
        for (int n = next.getAndIncrement(); n < events; n = next.getAndIncrement()) {
          if (perSecond != UNLIMITED) {
            awaitTurn(start + n * 1_000_000_000L / perSecond);
          }
          OutboxEvent event = raise(raise);
          OutboxAppender.append(connection, List.of(event));
          connection.commit();
          doorbell.ring();
          ids.add(event.id());
        }
      }
      return null;
    };
  }

  private OutboxEvent raise(PreparedStatement raise) throws SQLException {
    long id = ThreadLocalRandom.current().nextLong(employees);
    raise.setLong(1, id);
    try (ResultSet row = raise.executeQuery()) {
      row.next();
      return event(id, row.getBigDecimal(1), row.getLong(2));
    }
  }

  private static OutboxEvent event(long id, BigDecimal salary, long version) {
    Instant now = Instant.now();
    EmployeeChanged changed =
        new EmployeeChanged(
            Long.toString(id),
            "Employee " + id,
            "employee" + id + "@example.com",
            Long.toString(id % DEPARTMENTS),
            salary,
            "EUR",
            version,
            Change.SALARY_CHANGED,
            now);
    return new OutboxEvent(
        OutboxEvent.newId(),
        changed.type().subject(changed.employee()),
        changed.topic(),
        changed.type().ceType(),
        "/benchmark",
        changed.type().dataSchema(),
        now,
        null,
        EventJson.write(changed));
  }

  private static void awaitTurn(long dueNanos) {
    long wait = dueNanos - System.nanoTime();
    while (wait > 0) {
      LockSupport.parkNanos(wait);
      wait = dueNanos - System.nanoTime();
    }
  }

  private static PGSimpleDataSource employeeDatabase(PostgresServer postgres) {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(postgres.jdbcUrl("employee"));
    database.setUser("employee_service");
    database.setPassword("employee_service");
    return database;
  }
}
