package dev.aftercommit.benchmarks.cache;

import dev.aftercommit.freshcache.FreshCache;
import dev.aftercommit.freshcache.FreshCacheConfig;
import dev.aftercommit.freshcache.FreshCaches;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.stack.measure.CpuTime;
import dev.aftercommit.stack.measure.Hardware;
import dev.aftercommit.stack.servers.Servers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A table, a Redis, and two instances of the cache, as two processes would have them. */
final class ReadRig implements AutoCloseable {

  private static final String CACHE = "row";
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

  private final Servers servers;
  private final int rows;
  private final int clients;
  private final int writePercent;
  private final Vertx vertx = Vertx.vertx();
  private final List<FreshCaches> instances = new ArrayList<>();
  private final List<FreshCache<Row>> caches = new ArrayList<>();
  private final AtomicLongArray acknowledged;

  /** With or without the cache. */
  enum Way {
    UNCACHED,
    CACHED
  }

  ReadRig(Servers servers, int rows, int clients, int writePercent)
      throws SQLException, InterruptedException {
    this.servers = servers;
    this.rows = rows;
    this.clients = clients;
    this.writePercent = writePercent;
    this.acknowledged = new AtomicLongArray(rows);
    createRows();
    for (int i = 0; i < 2; i++) {
      FreshCaches instance =
          new FreshCaches(
              List.of(CACHE),
              () -> Redis.createClient(vertx, servers.redis().uri()),
              FreshCacheConfig.of("benchmark"),
              new SimpleMeterRegistry(),
              new Outage(Logger.getLogger(ReadRig.class), "Redis"),
              () -> false);
      instance.start();
      instances.add(instance);
      caches.add(instance.cache(CACHE, new Row.Json()));
    }
    awaitRedis();
  }

  /**
   * Reads and writes for some seconds. A cached run begins with an empty cache: nobody told it of
   * what the uncached run before has changed.
   */
  ReadResult measure(Way way, int run, int seconds) throws SQLException, InterruptedException {
    if (way == Way.CACHED && !caches.getFirst().invalidateAll()) {
      throw new IllegalStateException("Redis did not confirm that everything was dropped");
    }
    Map<String, Double> cpu = cpuSeconds();
    long begun = System.nanoTime();
    long end = begun + Duration.ofSeconds(seconds).toNanos();
    List<Client> done = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(clients)) {
      List<Future<Client>> running = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        FreshCache<Row> cache = way == Way.CACHED ? caches.get(i % caches.size()) : null;
        running.add(pool.submit(client(cache, end)));
      }
      for (Future<Client> client : running) {
        done.add(client.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a client failed: " + e.getCause(), e);
    }
    return result(way, run, done, (System.nanoTime() - begun) / 1e9, cpu);
  }

  private Client client(@Nullable FreshCache<Row> cache, long end) throws SQLException {
    return new Client(connect(), cache, acknowledged, writePercent, end);
  }

  private ReadResult result(
      Way way, int run, List<Client> done, double seconds, Map<String, Double> cpuBefore)
      throws SQLException {
    Histogram all = new Histogram(3);
    done.forEach(client -> all.add(client.latencies));
    long reads = all.getTotalCount();
    long fromDatabase = done.stream().mapToLong(client -> client.databaseReads).sum();
    Map<String, Double> cpu = new LinkedHashMap<>();
    cpuSeconds()
        .forEach(
            (process, after) ->
                cpu.put(
                    process,
                    rounded((after - cpuBefore.getOrDefault(process, 0.0)) * 1000 / reads)));
    return new ReadResult(
        way.name().toLowerCase(Locale.ROOT),
        run,
        reads,
        done.stream().mapToLong(client -> client.writes).sum(),
        done.stream().mapToLong(client -> client.unconfirmed).sum(),
        done.stream().mapToLong(client -> client.staleReads).sum(),
        rounded(reads / seconds),
        rounded(all.getValueAtPercentile(50) / 1e6),
        rounded(all.getValueAtPercentile(99) / 1e6),
        rounded(all.getMaxValue() / 1e6),
        rounded(100.0 * (reads - fromDatabase) / reads),
        rounded(fromDatabase / seconds),
        cpu,
        settings(),
        Hardware.describe());
  }

  private Map<String, Double> cpuSeconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("clients", CpuTime.ofThisProgram());
    seconds.put("postgres", CpuTime.ofTree(servers.postgres().processId().orElse(-1)));
    seconds.put("redis", CpuTime.ofTree(servers.redis().processId().orElse(-1)));
    return seconds;
  }

  private Map<String, String> settings() throws SQLException {
    Map<String, String> settings = new LinkedHashMap<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rowsOfSettings =
            statement.executeQuery(
                "SELECT name, setting FROM pg_settings WHERE name IN ('fsync',"
                    + " 'synchronous_commit', 'server_version') ORDER BY name")) {
      while (rowsOfSettings.next()) {
        settings.put(rowsOfSettings.getString(1), rowsOfSettings.getString(2));
      }
    }
    settings.put("rows", Integer.toString(rows));
    settings.put("clients", Integer.toString(clients));
    settings.put("writePercent", Integer.toString(writePercent));
    settings.put("instances", Integer.toString(instances.size()));
    return settings;
  }

  private void createRows() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE benchmark_row (id int PRIMARY KEY, name text, email text, department text,"
              + " salary numeric(14, 2), version bigint) WITH (fillfactor = 70)");
      statement.execute(
          "INSERT INTO benchmark_row SELECT n, 'Employee ' || n, 'e' || n || '@example.com',"
              + " (n %% 20)::text, 5000, 0 FROM generate_series(0, %d) n".formatted(rows - 1));
    }
  }

  private void awaitRedis() throws InterruptedException {
    long deadline = System.nanoTime() + CONNECT_LIMIT.toNanos();
    while (!instances.stream().allMatch(FreshCaches::isTrusted)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("Redis was not reached within " + CONNECT_LIMIT);
      }
      Thread.sleep(Duration.ofMillis(10));
    }
  }

  private Connection connect() throws SQLException {
    return servers.postgres().connectAsSuperuser("employee");
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  @Override
  public void close() {
    instances.forEach(FreshCaches::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
