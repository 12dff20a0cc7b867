package dev.aftercommit.lab.scenario;

import com.rabbitmq.client.ConnectionFactory;
import dev.aftercommit.lab.broker.LabBroker;
import dev.aftercommit.lab.cache.LabRedis;
import dev.aftercommit.lab.cache.RedisAddress;
import dev.aftercommit.lab.database.LabDatabase;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.gate.postgres.PostgresGate;
import dev.aftercommit.lab.observe.DatabaseView;
import dev.aftercommit.lab.observe.Observation;
import dev.aftercommit.lab.scenario.Scenario.Queue;
import dev.aftercommit.lab.search.Fixture;
import dev.aftercommit.lab.sql.Catalogue;
import dev.aftercommit.lab.sql.Isolation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;

/**
 * The servers of one scenario: a database of its own, an index of the cache, the broker's queues.
 * To judge, what is in the cache and in the queues is copied beside the tables, so that an
 * invariant is one query over all; see {@link Copies}.
 */
public final class ScenarioWorld implements AutoCloseable {

  /** Asks the broker. */
  @FunctionalInterface
  private interface Call<T> {
    T call() throws IOException;
  }

  private final Addresses addresses;
  private final LabDatabase database;
  private final Fixture fixture;
  private final @Nullable LabRedis redis;
  private final @Nullable LabBroker broker;

  private ScenarioWorld(
      Addresses addresses,
      LabDatabase database,
      Fixture fixture,
      @Nullable LabRedis redis,
      @Nullable LabBroker broker) {
    this.addresses = addresses;
    this.database = database;
    this.fixture = fixture;
    this.redis = redis;
    this.broker = broker;
  }

  static ScenarioWorld open(Scenario scenario, Addresses addresses) throws SQLException {
    return open(scenario.world(), scenario.usesRedis(), addresses);
  }

  /**
   * Makes the servers ready.
   *
   * @param usesRedis whether there is a cache, although nothing may be in it at first
   * @throws IllegalArgumentException if a server is needed that is not there
   * @throws UncheckedIOException if the broker cannot be used
   */
  public static ScenarioWorld open(Scenario.World world, boolean usesRedis, Addresses addresses)
      throws SQLException {
    LabRedis redis = null;
    LabBroker broker = null;
    try {
      if (usesRedis) {
        redis = LabRedis.create(needed(addresses.redis(), "Redis"));
        Objects.requireNonNullElse(world.redis(), List.<String>of()).forEach(redis::execute);
        redis.keep();
      }
      if (!world.queues().isEmpty()) {
        broker = broker(world, needed(addresses.rabbit(), "RabbitMQ"));
      }
      LabDatabase database = LabDatabase.create(addresses.postgres());
      List<String> setup = Copies.setup(redis != null, broker != null);
      setup.addAll(world.setup());
      return new ScenarioWorld(addresses, database, new Fixture(database, setup), redis, broker);
    } catch (SQLException | RuntimeException e) {
      // Whatever it was: nobody else could close what is open already.
      try {
        close(broker, redis, null);
      } catch (SQLException | RuntimeException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  private static LabBroker broker(Scenario.World world, URI address) {
    Map<String, List<String>> queues = new LinkedHashMap<>();
    for (Queue queue : world.queues()) {
      queues.put(queue.name(), queue.messages());
    }
    return io(() -> LabBroker.open(address, queues));
  }

  private static <T> T needed(@Nullable T address, String server) {
    if (address == null) {
      throw new IllegalArgumentException("This scenario needs " + server + ", and there is none");
    }
    return address;
  }

  /** Its database. */
  public LabDatabase database() {
    return database;
  }

  /**
   * Opens the gates to every server of it.
   *
   * @param isolation is told which levels actors name
   */
  public Map<Service, Gate.Opener> openers(Isolation isolation) {
    return openers(isolation, Set.of());
  }

  /** The same, for some actors that are programs. */
  Map<Service, Gate.Opener> openers(Isolation isolation, Set<String> programs) {
    Map<Service, Gate.Opener> openers = new EnumMap<>(Service.class);
    openers.put(Service.POSTGRES, PostgresGate.opener(addresses.postgres().socket(), isolation));
    if (redis != null) {
      openers.put(Service.REDIS, redis.opener());
    }
    LabBroker queues = broker;
    if (queues != null) {
      openers.put(
          Service.RABBITMQ,
          (actor, turnstile) ->
              (programs.contains(actor) ? queues.openerForPrograms() : queues.opener())
                  .open(actor, turnstile));
    }
    return openers;
  }

  Addresses addresses() {
    return addresses;
  }

  @Nullable LabRedis redis() {
    return redis;
  }

  boolean hasQueues() {
    return broker != null;
  }

  /**
   * A connection to the cache.
   *
   * @param port of the gate
   * @throws IllegalArgumentException if there is no cache
   */
  public Jedis jedis(int port) {
    LabRedis cache = needed(redis, "Redis");
    RedisAddress server = cache.server();
    return new Jedis(
        "127.0.0.1",
        port,
        DefaultJedisClientConfig.builder()
            .password(server.password())
            .database(cache.index())
            .build());
  }

  /**
   * Connects to the broker.
   *
   * @param port of the gate
   * @throws IllegalArgumentException if there is no broker
   */
  public ConnectionFactory rabbit(int port) {
    URI address = needed(addresses.rabbit(), "RabbitMQ");
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(address);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("Not an address of RabbitMQ: " + address, e);
    }
    factory.setHost("127.0.0.1");
    factory.setPort(port);
    factory.setAutomaticRecoveryEnabled(false);
    return factory;
  }

  /** Makes everything as every schedule finds it; no actor may have anything open. */
  public void putBack() throws SQLException {
    fixture.putBack();
    if (redis != null) {
      redis.restore();
    }
    LabBroker queues = broker;
    if (queues != null) {
      io(
          () -> {
            queues.restore();
            return queues;
          });
    }
  }

  /** Takes note of what a run may have changed. */
  public void changedBy(Run run) {
    fixture.changedBy(run);
  }

  /** What is known of its tables now. */
  public Catalogue catalogue() throws SQLException {
    return database.catalogue();
  }

  /** Copies what is in the cache and in the queues to where invariants can see it. */
  public void copy() throws SQLException {
    if (redis != null) {
      Copies.ofCache(database, redis.values());
    }
    if (broker != null) {
      Copies.ofQueues(database, queued());
    }
  }

  private Map<String, List<String>> queued() {
    LabBroker queues = broker;
    return queues == null ? Map.of() : io(queues::contents);
  }

  private static <T> T io(Call<T> call) {
    try {
      return call.call();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static UncheckedIOException failed(IOException e) {
    return new UncheckedIOException("The broker failed the lab: " + e.getMessage(), e);
  }

  /** What everybody could see now. */
  public Observation observe(Controller controller) throws SQLException {
    Observation seen = new DatabaseView(database.control()).observe(controller::actorOf);
    return new Observation(
        seen.rows(), seen.locks(), redis == null ? Map.of() : redis.values(), queued());
  }

  @Override
  public void close() throws SQLException {
    close(broker, redis, database);
  }

  /** Closes all there is, the last first, even if one of them fails. */
  private static void close(
      @Nullable LabBroker broker, @Nullable LabRedis redis, @Nullable LabDatabase database)
      throws SQLException {
    try (broker;
        redis;
        database) {
      // Nothing is done with them any more.
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
