package dev.aftercommit.freshcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.resilience.Outage;
import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/** A table of versioned values in PostgreSQL, a Redis, and as many instances as a test wants. */
final class Rig implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(30);

  final String namespace = "test-" + UUID.randomUUID();
  final Vertx vertx = Vertx.vertx();
  private final FreshDatabase database =
      SharedServers.get().freshDatabase("cache", "employee_service");
  private final DataSource dataSource = database.dataSource();
  private final List<Instance> instances = new ArrayList<>();
  private Redis onlooker;

  /** Thrown when the next connection is made. */
  final AtomicReference<Error> nextFailure = new AtomicReference<>();

  Rig() throws SQLException {
    execute("CREATE TABLE item (id text PRIMARY KEY, value text, version bigint NOT NULL)");
  }

  /** The cache as one instance has it. */
  final class Instance {

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final AtomicInteger loads = new AtomicInteger();
    final Outage outage = new Outage(Logger.getLogger(Rig.class), "Redis");
    final FreshCaches caches;
    final FreshCache<String> cache;
    volatile boolean inTransaction;

    private Instance(FreshCacheConfig config) {
      caches =
          new FreshCaches(
              List.of("item"), Rig.this::client, config, meters, outage, () -> inTransaction);
      cache = caches.cache("item", new Text());
      caches.start();
    }

    String get(String id) {
      return cache.get(id, () -> load(id));
    }

    Versioned<String> load(String id) {
      loads.incrementAndGet();
      return Rig.this.load(id);
    }

    Instance trusted() {
      await().atMost(PATIENCE).until(caches::isTrusted);
      return this;
    }

    double count(String name) {
      return meters.get("fresh.cache." + name).counter().count();
    }

    /** Waits until it is told that Redis cannot be used, for such a reason. */
    void awaitOutage(String reason) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(outage.reason()).hasValueSatisfying(containing(reason)));
    }
  }

  private static Consumer<String> containing(String part) {
    return text -> assertThat(text).contains(part);
  }

  private record Text() implements Codec<String> {

    @Override
    public byte[] encode(String value) {
      return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String decode(byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** Generous waits, so that only what a test forces happens. */
  FreshCacheConfig patient() {
    return new FreshCacheConfig(
        namespace,
        Duration.ofSeconds(5),
        Duration.ofMinutes(10),
        0.2,
        Duration.ofSeconds(60),
        Duration.ofSeconds(120),
        Duration.ofSeconds(30),
        1024,
        100,
        3,
        Duration.ofMillis(20),
        Duration.ofSeconds(5),
        Duration.ofSeconds(60));
  }

  /** The same, but for the budget and the time until a connection is given up. */
  FreshCacheConfig with(Duration budget, Duration connectLimit, Duration answerLimit) {
    FreshCacheConfig patient = patient();
    return new FreshCacheConfig(
        patient.namespace(),
        budget,
        patient.entryTtl(),
        patient.ttlJitter(),
        patient.leaseTtl(),
        patient.tombstoneTtl(),
        patient.loadWait(),
        patient.maxValueBytes(),
        patient.maxKeysPerCall(),
        patient.failuresToOpen(),
        patient.probeInterval(),
        connectLimit,
        answerLimit);
  }

  /** As in production. */
  FreshCacheConfig quick() {
    return with(Duration.ofMillis(50), Duration.ofMillis(500), PATIENCE);
  }

  Instance instance() {
    return instance(patient());
  }

  Instance instance(FreshCacheConfig config) {
    Instance instance = new Instance(config);
    instances.add(instance);
    return instance;
  }

  private Redis client() {
    Error failure = nextFailure.getAndSet(null);
    if (failure != null) {
      throw failure;
    }
    return Redis.createClient(vertx, SharedServers.get().redis().uri());
  }

  /** Sends a command as an onlooker. */
  Response redis(Command command, String... arguments) throws Exception {
    if (onlooker == null) {
      onlooker = client();
    }
    Request request = Request.cmd(command);
    for (String argument : arguments) {
      request.arg(argument);
    }
    return onlooker
        .send(request)
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  /** The onlooker's connection ended with its server. */
  void reconnect() {
    if (onlooker != null) {
      onlooker.close();
      onlooker = null;
    }
  }

  /** Those that are connected to Redis, by number; none gets that of another. */
  Set<String> connections() throws Exception {
    return Pattern.compile("(?m)^id=(\\d+)")
        .matcher(redis(Command.CLIENT, "LIST").toString())
        .results()
        .map(id -> id.group(1))
        .collect(Collectors.toSet());
  }

  String entryKey(String id) {
    return Keys.of(namespace, "item").entry(id);
  }

  String leaseKey(String id) {
    return Keys.of(namespace, "item").lease(id);
  }

  String generationKey() {
    return Keys.of(namespace, "item").generation();
  }

  void insert(String id, String value) throws SQLException {
    execute("INSERT INTO item VALUES ('%s', '%s', 0)".formatted(id, value));
  }

  /** Changes and commits; returns the new version. */
  long change(String id, String value) throws SQLException {
    try (Connection connection = connect()) {
      return change(connection, id, value);
    }
  }

  static long change(Connection connection, String id, String value) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE item SET value = ?, version = version + 1 WHERE id = ? RETURNING version")) {
      update.setString(1, value);
      update.setString(2, id);
      try (ResultSet row = update.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getLong(1);
      }
    }
  }

  Versioned<String> load(String id) {
    try (Connection connection = connect()) {
      return load(connection, id);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static Versioned<String> load(Connection connection, String id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT value, version FROM item WHERE id = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        assertThat(row.next()).isTrue();
        return new Versioned<>(row.getString(1), row.getLong(2));
      }
    }
  }

  Connection connect() throws SQLException {
    return dataSource.getConnection();
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    instances.forEach(instance -> instance.caches.close());
    reconnect();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    database.close();
  }
}
