package dev.aftercommit.benchmarks;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.aftercommit.benchmarks.Effects.Timing;
import dev.aftercommit.stack.measure.CpuTime;
import dev.aftercommit.stack.measure.Hardware;
import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.services.Repository;
import dev.aftercommit.stack.services.ServiceProcess;
import dev.aftercommit.stack.services.Stack;
import dev.aftercommit.stack.services.StackConfig;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The servers, one relay and one aggregator; nothing else runs while something is measured. */
final class Rig implements AutoCloseable {

  /** Asks the broker. */
  @FunctionalInterface
  private interface Call {
    void on(Channel channel) throws IOException;
  }

  /**
   * A relay that has lost its lease while it stood still connects anew: the queues stay unbound.
   */
  private static final Map<String, String> RELAY_SETTINGS =
      Map.of("AFTERCOMMIT_RELAY_DECLARE_TOPOLOGY", "false");

  private static final List<String> UNREAD =
      List.of(Topology.NOTIFICATION_QUEUE, Topology.CACHE_QUEUE);

  private static final int WRITERS = 8;
  private static final int EMPLOYEES = 10_000;

  private final Stack stack;
  private final Consumer<String> progress;
  private final Effects effects;

  private Rig(Stack stack, Consumer<String> progress) {
    this.stack = stack;
    this.progress = progress;
    this.effects = new Effects(stack.servers().postgres());
  }

  static Rig start(Consumer<String> progress) throws SQLException {
    Stack stack =
        Stack.start(
            new StackConfig(
                Repository.find(), null, 1, 1, true, false, false, RELAY_SETTINGS, progress));
    Rig rig = new Rig(stack, progress);
    rig.recordCommitTimes();
    rig.stopTheOthers();
    Writers.createEmployees(stack.servers().postgres(), EMPLOYEES);
    return rig;
  }

  /** Lets the JIT compilers see the work before anything is measured. */
  void warmUp(int events) throws SQLException, InterruptedException {
    progress.accept("warming up with %,d events".formatted(4 * events));
    commit("warm-up", 0, Writers.UNLIMITED, 3 * events);
    drain(0, events);
  }

  /** Commits a backlog while the relay stands still, then lets it go. */
  Result drain(int run, int events) throws SQLException, InterruptedException {
    progress.accept("run %d: drain of %,d events".formatted(run, events));
    ServiceProcess relay = stack.relays().getFirst();
    relay.pause();
    Writers writers = new Writers(stack.servers().postgres(), WRITERS, EMPLOYEES);
    Map<String, Double> cpu;
    try {
      writers.commit(events, Writers.UNLIMITED);
      cpu = cpuSeconds();
    } finally {
      relay.resume();
    }
    Timing timing = effects.await(writers.ids());
    return result("drain", run, writers, timing, timing.effectsPerSecond(), cpu);
  }

  /** Commits at a rate for some seconds. */
  Result flow(String what, int run, int perSecond, int seconds)
      throws SQLException, InterruptedException {
    return commit(what, run, perSecond, perSecond * seconds);
  }

  private Result commit(String what, int run, int perSecond, int events)
      throws SQLException, InterruptedException {
    progress.accept("run %d: %s, %,d events".formatted(run, what, events));
    Writers writers = new Writers(stack.servers().postgres(), WRITERS, EMPLOYEES);
    Map<String, Double> cpu = cpuSeconds();
    double seconds = writers.commit(events, perSecond);
    Timing timing = effects.await(writers.ids());
    return result(what, run, writers, timing, events / seconds, cpu);
  }

  @Override
  public void close() {
    stack.close();
  }

  private Result result(
      String what,
      int run,
      Writers writers,
      Timing timing,
      double eventsPerSecond,
      Map<String, Double> cpuBefore)
      throws SQLException {
    requireOneQueue();
    long events = writers.ids().size();
    Map<String, Double> cpu = new TreeMap<>();
    cpuSeconds()
        .forEach(
            (process, after) ->
                cpu.put(
                    process,
                    rounded((after - cpuBefore.getOrDefault(process, 0.0)) * 1000 / events)));
    return new Result(
        what,
        run,
        events,
        timing.everyIdOnce(),
        rounded(eventsPerSecond),
        rounded(timing.p50Millis()),
        rounded(timing.p99Millis()),
        rounded(timing.maxMillis()),
        rounded(timing.tailMillis()),
        cpu,
        settings(),
        Hardware.describe());
  }

  private Map<String, Double> cpuSeconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("writers", CpuTime.ofThisProgram());
    seconds.put("relay", CpuTime.ofTree(stack.relays().getFirst().pid()));
    seconds.put("aggregator", CpuTime.ofTree(stack.aggregators().getFirst().pid()));
    seconds.put("postgres", CpuTime.ofTree(stack.servers().postgres().processId().orElse(-1)));
    seconds.put("rabbitmq", CpuTime.ofTree(stack.servers().rabbitMq().processId().orElse(-1)));
    return seconds;
  }

  /** Read from the server, so that nobody has to believe us. */
  private Map<String, String> settings() throws SQLException {
    Map<String, String> settings = new LinkedHashMap<>();
    try (java.sql.Connection connection =
            stack.servers().postgres().connectAsSuperuser("employee");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT name, setting FROM pg_settings WHERE name IN ('fsync',"
                    + " 'synchronous_commit', 'full_page_writes', 'server_version') ORDER BY name")) {
      while (rows.next()) {
        settings.put(rows.getString(1), rows.getString(2));
      }
    }
    settings.put("publisher", "persistent, mandatory, confirms, quorum queue");
    settings.put("eventsPerTransaction", "1");
    settings.put("writers", Integer.toString(WRITERS));
    return settings;
  }

  /** Both ends of a latency are commit times kept by one server, so no clocks are compared. */
  private void recordCommitTimes() throws SQLException {
    PostgresServer postgres = stack.servers().postgres();
    try (java.sql.Connection connection = postgres.connectAsSuperuser("employee");
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET track_commit_timestamp = on");
      statement.execute("ALTER SYSTEM SET max_wal_size = '4GB'");
    }
    postgres.restart();
    for (ServiceProcess service : stack.services()) {
      service.awaitReady();
    }
  }

  /** Writers go to the database directly, and nobody reads these queues. */
  private void stopTheOthers() {
    stack.employeeService().stop();
    stack.notificationService().stop();
    withBroker(
        channel -> {
          for (String queue : UNREAD) {
            channel.queueUnbind(queue, Topology.EVENTS_EXCHANGE, "#");
          }
        });
  }

  /** What was measured is one queue: each more would cost the broker as much again. */
  private void requireOneQueue() {
    withBroker(
        channel -> {
          for (String queue : UNREAD) {
            long messages = channel.messageCount(queue);
            if (messages > 0) {
              throw new IllegalStateException(
                  "%d events went to %s too, which nobody reads".formatted(messages, queue));
            }
          }
        });
  }

  private void withBroker(Call call) {
    try (Connection connection = stack.servers().rabbitMq().connect();
        Channel channel = connection.createChannel()) {
      call.on(channel);
    } catch (IOException | TimeoutException e) {
      throw new IllegalStateException("the broker refuses: " + e, e);
    }
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
