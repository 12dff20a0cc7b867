package dev.aftercommit.stack.demo.naive;

import com.rabbitmq.client.Channel;
import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.servers.RabbitMqServer;
import dev.aftercommit.stack.servers.Servers;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs the naive system on real servers and measures the damage. */
public final class NaiveRun {

  private static final String DATABASE = "employee";
  private static final String QUEUE = "naive.salary-changed";
  private static final int PREFETCH = 100;

  /** So many published messages are published again, as in the demo. */
  private static final int REPUBLISHED = 500;

  private record Phases(double start, double run, double drain) {}

  private final PostgresServer postgres;
  private final RabbitMqServer rabbitMq;
  private final Duration run;
  private final int employees;
  private final int departments;
  private final int clients;
  private final Duration drainLimit;
  private final NaiveLog log = new NaiveLog();

  /**
   * @param run how long salaries are raised
   * @param clients how many raise them at once
   * @param drainLimit how long the task may take afterwards
   */
  public NaiveRun(
      Servers servers,
      Duration run,
      int employees,
      int departments,
      int clients,
      Duration drainLimit) {
    this.postgres = servers.postgres();
    this.rabbitMq = servers.rabbitMq();
    this.run = run;
    this.employees = employees;
    this.departments = departments;
    this.clients = clients;
    this.drainLimit = drainLimit;
  }

  /**
   * Runs it once.
   *
   * @param begin when the start of the servers began, by {@link System#nanoTime}
   * @throws TimeoutException when the task has not applied every message within the limit
   */
  public NaiveOutcome run(long begin)
      throws SQLException, IOException, TimeoutException, InterruptedException {
    try (Connection admin = postgres.connectAsSuperuser(DATABASE);
        Connection ofTask = postgres.connectAsSuperuser(DATABASE);
        com.rabbitmq.client.Connection broker = rabbitMq.connect()) {
      NaiveTables.create(admin, employees, departments, begin);
      Map<Integer, BigDecimal> before = NaiveTables.salaries(admin);
      Channel channel = broker.createChannel();
      channel.queueDeclare(QUEUE, true, false, false, null);
      channel.queuePurge(QUEUE);
      channel.basicQos(PREFETCH);
      channel.basicConsume(QUEUE, false, new NaiveTask(channel, ofTask, log));
      double start = secondsSince(begin);

      long runBegin = System.nanoTime();
      write(broker);
      double ran = secondsSince(runBegin);
      int republished = republish(broker);
      long drainBegin = System.nanoTime();
      awaitTask(log.publishedCount() + republished);
      double drained = secondsSince(drainBegin);

      NaiveOutcome outcome = outcome(admin, before, republished, new Phases(start, ran, drained));
      channel.queueDelete(QUEUE);
      NaiveTables.drop(admin);
      return outcome;
    }
  }

  private void write(com.rabbitmq.client.Connection broker)
      throws SQLException, IOException, InterruptedException {
    long end = System.nanoTime() + run.toNanos();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<@Nullable Void>> writers = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        int seed = i;
        writers.add(
            executor.submit(
                () -> {
                  try (NaiveWriter writer =
                      new NaiveWriter(
                          postgres.connectAsSuperuser(DATABASE),
                          broker.createChannel(),
                          QUEUE,
                          employees,
                          log,
                          seed)) {
                    while (System.nanoTime() < end) {
                      writer.raise();
                    }
                  }
                  return null;
                }));
      }
      for (Future<@Nullable Void> writer : writers) {
        writer.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a writer failed: " + e.getCause(), e);
    }
  }

  private int republish(com.rabbitmq.client.Connection broker)
      throws IOException, TimeoutException {
    List<NaiveMessage> again = log.firstPublished(REPUBLISHED);
    try (Channel channel = broker.createChannel()) {
      for (NaiveMessage message : again) {
        channel.basicPublish("", QUEUE, null, message.bytes());
      }
    }
    return again.size();
  }

  private void awaitTask(long messages) throws InterruptedException, TimeoutException {
    long begin = System.nanoTime();
    while (log.appliedCount() < messages) {
      if (System.nanoTime() - begin > drainLimit.toNanos()) {
        throw new TimeoutException(
            "the naive task applied %,d of %,d messages within %s"
                .formatted(log.appliedCount(), messages, drainLimit));
      }
      Thread.sleep(20);
    }
  }

  private NaiveOutcome outcome(
      Connection admin, Map<Integer, BigDecimal> before, int republished, Phases seconds)
      throws SQLException {
    List<NaiveOutcome.Department> results = new ArrayList<>();
    for (NaiveTables.Department d : NaiveTables.departments(admin)) {
      String truth = d.truth() == null ? "-" : "%,.2f".formatted(d.truth());
      results.add(
          new NaiveOutcome.Department(
              d.name(), d.headcount(), "%,.2f".formatted(d.shown()), truth, d.equal()));
    }
    return new NaiveOutcome(
        log.committedCount(),
        log.rolledBackCount(),
        log.publishedCount(),
        republished,
        log.appliedCount(),
        log.rolledBackAndHeardOf(),
        log.wrongSalaries(before, NaiveTables.salaries(admin)),
        results,
        seconds.start(),
        seconds.run(),
        seconds.drain());
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
