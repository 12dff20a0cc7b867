package dev.aftercommit.system.schedules;

import static org.awaitility.Awaitility.await;

import dev.aftercommit.lab.cache.LabRedis;
import dev.aftercommit.lab.database.LabDatabase;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.engine.Limits;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.gate.postgres.PostgresGate;
import dev.aftercommit.lab.stack.StackAddresses;
import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.Parallel;
import dev.aftercommit.stack.process.ShutdownHook;
import dev.aftercommit.stack.services.Repository;
import dev.aftercommit.stack.services.ServiceProcess;
import dev.aftercommit.stack.testing.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Instances of the employee-service as it ships, one per actor, on one database, which each of them
 * reaches through its actor's gate.
 *
 * <p>Settings keep an instance from doing anything but answering requests: nothing is scheduled,
 * ids come from one large block, and the relays' bell rings once and then pauses for an hour. What
 * still came to a gate beside a request would be reported by the lab. What a request has set going
 * goes on after its answer, one step at a time: {@link #awaitBackgroundWork}.
 */
final class GatedInstances implements AutoCloseable {

  /** Whether reads are cached in Redis, through a gate as well. */
  enum Cache {
    ON,
    OFF
  }

  /** All actors there are; a scenario that has fewer leaves the others idle. */
  static final List<String> ACTORS = List.of("A", "B", "C");

  private static final List<String> ONLY_REQUESTS =
      List.of(
          "-Dquarkus.scheduler.enabled=false",
          "-Daftercommit.outbox.doorbell-interval=1h",
          "-Daftercommit.outbox.busy-doorbell-interval=1h",
          "-Daftercommit.ids.block-size=10000000",
          "-Daftercommit.cache.events.broker-retry=1h",
          "-Daftercommit.payroll-run.workers=1",
          "-Drabbitmq-port=1",
          "-Daftercommit.daily-reset.check-interval=off",
          "-Dresilience.progress-limit=1h",
          "-Dquarkus.datasource.jdbc.min-size=3");

  /**
   * An actor waits for as long as the others act, so no timer may end its wait; and what the time
   * would decide is decided once.
   */
  private static final List<String> NO_TIMERS =
      List.of(
          "-Daftercommit.idempotency.max-wait=25s",
          "-Dquarkus.transaction-manager.default-transaction-timeout=120s",
          "-Dquarkus.datasource.jdbc.additional-jdbc-properties.options=-c lock_timeout=60s",
          "-Dquarkus.datasource.jdbc.additional-jdbc-properties.socketTimeout=0",
          "-Dquarkus.datasource.jdbc.foreground-validation-interval=0",
          "-Daftercommit.daily-reset.max-time=4m",
          "-Daftercommit.daily-reset.target-time=4m",
          "-Daftercommit.daily-reset.max-chunk=1");

  /** The same for the cache, whose entries and leases outlive every schedule. */
  private static final List<String> CACHED =
      List.of(
          "-Daftercommit.cache.budget=60s",
          "-Daftercommit.cache.load-wait=60s",
          "-Daftercommit.cache.lease-ttl=10m",
          "-Daftercommit.cache.tombstone-ttl=20m",
          "-Daftercommit.cache.entry-ttl=1h");

  /** Values in the diagrams are then text. */
  private static final List<String> READABLE =
      List.of("-Dquarkus.datasource.jdbc.additional-jdbc-properties.binaryTransfer=false");

  private static final List<String> SMALL =
      List.of("-XX:+UseSerialGC", "-Xmx192m", "-XX:TieredStopAtLevel=1");

  private final DataFolder data = DataFolder.temporary();
  private final ShutdownHook hook = new ShutdownHook("stop-gated-instances");
  private final HttpClient probes = HttpClient.newHttpClient();
  private final Map<String, ServiceProcess> instances = new LinkedHashMap<>();
  private final Map<String, BackgroundWork> works;
  private final LabDatabase database;
  private final @Nullable LabRedis redis;
  private final Controller controller;

  private GatedInstances(
      LabDatabase database,
      @Nullable LabRedis redis,
      Controller controller,
      Map<String, BackgroundWork> works) {
    this.database = database;
    this.redis = redis;
    this.controller = controller;
    this.works = works;
  }

  /** Starts all of them; returns when each answers, and uses Redis if it shall. */
  static GatedInstances start(Cache cache) throws SQLException {
    ServerAddress server = StackAddresses.of(SharedServers.get().postgres());
    LabDatabase database = LabDatabase.create(server);
    database.execute("ALTER DATABASE %s OWNER TO employee_service".formatted(database.name()));
    database.setDefault("deadlock_timeout", "1h");
    Map<Service, Gate.Opener> gates = new EnumMap<>(Service.class);
    Map<String, BackgroundWork> works = new HashMap<>();
    gates.put(Service.POSTGRES, watched(PostgresGate.opener(server.socket()), works));
    LabRedis redis =
        cache == Cache.ON ? LabRedis.create(StackAddresses.of(SharedServers.get().redis())) : null;
    if (redis != null) {
      gates.put(Service.REDIS, redis.opener());
    }
    Controller controller =
        new Controller(ACTORS, gates, server.connect(database.name()), Limits.standard());
    GatedInstances started = new GatedInstances(database, redis, controller, works);
    started.hook.run(started::stopInstances);
    ACTORS.forEach(started::create);
    // The first makes the tables.
    started.instance(ACTORS.getFirst()).startAndAwaitReady();
    Parallel.run(
        started.instances.values().stream()
            .<Runnable>map(instance -> instance::startAndAwaitReady)
            .toList());
    if (redis != null) {
      started.awaitRedis();
    }
    return started;
  }

  private static Gate.Opener watched(Gate.Opener gates, Map<String, BackgroundWork> works) {
    return (actor, stage) ->
        gates.open(actor, works.computeIfAbsent(actor, name -> new BackgroundWork(stage)));
  }

  /** Before, reads would go past Redis. */
  private void awaitRedis() {
    for (String actor : ACTORS) {
      await().atMost(Duration.ofSeconds(30)).until(() -> trustsRedis(actor));
    }
  }

  private boolean trustsRedis(String actor) throws IOException, InterruptedException {
    return probes
        .send(
            HttpRequest.newBuilder(url(actor).resolve("/q/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .anyMatch(line -> line.matches("fresh_cache_trusted.* 1\\.0"));
  }

  private List<String> cacheSettings(String actor) {
    LabRedis cache = redis;
    if (cache == null) {
      return List.of("-Daftercommit.cache.enabled=false");
    }
    String url =
        "-Daftercommit.cache.redis=redis://127.0.0.1:%d/%d"
            .formatted(controller.port(actor, Service.REDIS), cache.index());
    return Stream.concat(CACHED.stream(), Stream.of(url)).toList();
  }

  /** The rows and keys that are there now are those that every schedule begins with. */
  void keep() throws SQLException {
    database.keep();
    if (redis != null) {
      redis.keep();
    }
  }

  /** Puts back what was kept. */
  void restore() throws SQLException {
    works.values().forEach(BackgroundWork::begin);
    database.restore();
    if (redis != null) {
      redis.restore();
    }
  }

  /** Waits until the instance has ended what it does after its answer of 202. */
  void awaitBackgroundWork(String actor) throws InterruptedException {
    of(works, actor).awaitEnd();
  }

  /** A connection through the actor's gate, past its instance. */
  Connection connect(String actor) throws SQLException {
    return database
        .server()
        .connect("127.0.0.1", controller.port(actor, Service.POSTGRES), database.name(), "");
  }

  /** Whether the database is there is no step of a schedule. */
  private String pastTheGate() {
    ServerAddress server = database.server();
    return "jdbc:postgresql://%s:%d/%s".formatted(server.host(), server.port(), database.name());
  }

  private void create(String actor) {
    String name = "employee-service-" + actor.toLowerCase(Locale.ROOT);
    String jdbcUrl =
        "jdbc:postgresql://127.0.0.1:%d/%s"
            .formatted(controller.port(actor, Service.POSTGRES), database.name());
    instances.put(
        actor,
        new ServiceProcess(
            name,
            Repository.find().serviceJar("employee-service"),
            data.ports().port(name),
            Stream.of(SMALL, ONLY_REQUESTS, NO_TIMERS, READABLE, cacheSettings(actor))
                .flatMap(List::stream)
                .toList(),
            Map.of(
                "QUARKUS_DATASOURCE_JDBC_URL", jdbcUrl, "RESILIENCE_DATABASE_URL", pastTheGate()),
            data,
            probes));
  }

  private ServiceProcess instance(String actor) {
    return of(instances, actor);
  }

  private static <T> T of(Map<String, T> actors, String name) {
    T found = actors.get(name);
    if (found == null) {
      throw new IllegalArgumentException("No actor %s among %s".formatted(name, ACTORS));
    }
    return found;
  }

  /** The instance that acts for this actor. */
  URI url(String actor) {
    return instance(actor).url();
  }

  LabDatabase database() {
    return database;
  }

  Controller controller() {
    return controller;
  }

  private void stopInstances() {
    instances.values().forEach(ServiceProcess::close);
    data.close();
  }

  @Override
  public void close() throws SQLException {
    stopInstances();
    hook.cancel();
    probes.close();
    controller.close();
    database.close();
    if (redis != null) {
      redis.close();
    }
  }
}
