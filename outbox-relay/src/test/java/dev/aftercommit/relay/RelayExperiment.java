package dev.aftercommit.relay;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.aftercommit.lab.database.LabDatabase;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.engine.Body;
import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.engine.Faults;
import dev.aftercommit.lab.engine.Limits;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.gate.amqp.AmqpGate;
import dev.aftercommit.lab.gate.postgres.PostgresGate;
import dev.aftercommit.lab.junit.ActorDataSource;
import dev.aftercommit.lab.search.Experiment;
import dev.aftercommit.lab.search.Outcome;
import dev.aftercommit.lab.sql.Relation;
import dev.aftercommit.lab.stack.StackAddresses;
import dev.aftercommit.relay.publish.Broker;
import dev.aftercommit.relay.publish.BrokerConfig;
import dev.aftercommit.stack.servers.RabbitMqServer;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Relays, writers and the clock, each over gates of its own. If something is not published at the
 * end of a schedule, a last relay takes everything over, past the gates: what it does not publish
 * either is lost.
 */
final class RelayExperiment implements Experiment, AutoCloseable {

  /** The code of an actor, run once per schedule. */
  @FunctionalInterface
  interface Code {
    void run(Actor actor) throws Exception;
  }

  private static final String LAST = "last";
  private static final String EVERY_LEASE_IS_OVER =
      "UPDATE outbox.relay SET lease_until = now() - interval '1 hour'";

  private final Map<String, Code> actors;
  private final Faults faults;
  private final LabDatabase database;
  private final Controller controller;
  private final Connection connection;
  private final Map<String, ActorDataSource> sources = new ConcurrentHashMap<>();
  private final Map<String, Connection> brokers = new ConcurrentHashMap<>();
  private final Arrivals arrivals;

  RelayExperiment(Map<String, Code> actors, Faults faults)
      throws SQLException, IOException, TimeoutException {
    this.actors = new LinkedHashMap<>(actors);
    this.faults = faults;
    ServerAddress server = StackAddresses.of(SharedServers.get().postgres());
    RabbitMqServer rabbitMq = SharedServers.get().rabbitMq();
    database = LabDatabase.create(server);
    database.setDefault("deadlock_timeout", "1h");
    OutboxDatabase.applySchema(direct());
    connection = rabbitMq.connect();
    Channel channel = connection.createChannel();
    Topology.declare(channel);
    arrivals = new Arrivals(channel);
    controller =
        new Controller(
            this.actors.keySet(),
            Map.of(
                Service.POSTGRES,
                PostgresGate.opener(server.socket()),
                Service.RABBITMQ,
                AmqpGate.opener(
                    new InetSocketAddress(rabbitMq.host(), rabbitMq.port()),
                    rabbitMq.virtualHost())),
            server.connect(database.name()),
            Limits.standard());
    controller.faults(faults);
  }

  /** What the code of an actor is given. */
  final class Actor {

    private final String name;

    private Actor(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }

    /** Whether its code must end. */
    boolean isStopped() {
      return controller.isKilled(name) || controller.isOver();
    }

    DataSource database() {
      return sources.computeIfAbsent(name, RelayExperiment.this::source);
    }

    /** The actor's connection to RabbitMQ, kept as long as it is open. */
    Connection broker() throws IOException {
      if (isStopped()) {
        throw new IOException("the lab ended this process: it connects no more");
      }
      Connection open = brokers.get(name);
      if (open == null || !open.isOpen()) {
        open = connect(controller.port(name, Service.RABBITMQ));
        brokers.put(name, open);
      }
      return open;
    }
  }

  /** The rows that are there now are those that every schedule begins with. */
  void begin() throws SQLException {
    database.keep();
  }

  /** Connections past the gates. */
  PGSimpleDataSource direct() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    address(source, database.server().port());
    return source;
  }

  private ActorDataSource source(String actor) {
    ActorDataSource source = new ActorDataSource(() -> controller.isKilled(actor));
    address(source, controller.port(actor, Service.POSTGRES));
    return source;
  }

  private void address(PGSimpleDataSource source, int port) {
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName(database.name());
    source.setUser(database.server().user());
    source.setPassword(database.server().password());
    source.setBinaryTransfer(false);
  }

  private static Connection connect(int port) throws IOException {
    RabbitMqServer server = SharedServers.get().rabbitMq();
    return new Broker(
            new BrokerConfig(
                "127.0.0.1",
                port,
                server.username(),
                server.password(),
                server.virtualHost(),
                true))
        .connect();
  }

  @Override
  public List<String> actors() {
    return List.copyOf(actors.keySet());
  }

  @Override
  public int faults() {
    return faults.budget();
  }

  @Override
  public Run run(Chooser chooser) throws SQLException, InterruptedException {
    sources.values().forEach(ActorDataSource::reset);
    database.restore();
    arrivals.forget();
    Map<String, Body> bodies = new LinkedHashMap<>();
    actors.forEach((name, code) -> bodies.put(name, body(new Actor(name), code)));
    Run run = controller.run(bodies, Gate.Mode.STEPS, chooser);
    if (run.end() == Run.End.COMPLETE) {
      drain();
    }
    return run;
  }

  private Body body(Actor actor, Code code) {
    return new Body() {

      private boolean begun;

      @Override
      public void run() throws Exception {
        if (begun) {
          forgetConnections(actor.name());
        }
        begun = true;
        code.run(actor);
      }

      @Override
      public boolean restarts() {
        return true;
      }
    };
  }

  /** A new process has none; those of the one before are broken. */
  private void forgetConnections(String actor) {
    ActorDataSource source = sources.remove(actor);
    if (source != null) {
      source.close();
    }
    Connection broker = brokers.remove(actor);
    if (broker != null) {
      broker.abort();
    }
  }

  /** Takes what has arrived; if something has not, a last relay gets its turn. */
  private void drain() throws SQLException {
    arrivals.take();
    if (!arrivals.include(committed().keySet())) {
      database.execute(EVERY_LEASE_IS_OVER);
      try {
        OneRelay.run(LAST, direct(), () -> connection, () -> false);
      } catch (IOException e) {
        throw new IllegalStateException("the last relay failed", e);
      }
      arrivals.take();
    }
  }

  /** Committed events by id: their keys, in the order of their positions. */
  private Map<String, String> committed() throws SQLException {
    Map<String, String> keys = new LinkedHashMap<>();
    try (Statement statement = database.control().createStatement();
        ResultSet row =
            statement.executeQuery("SELECT event_id, key FROM outbox.event ORDER BY position")) {
      while (row.next()) {
        keys.put(row.getString(1), row.getString(2));
      }
    }
    return keys;
  }

  @Override
  public Outcome judge(Run run) throws SQLException {
    Map<String, String> committed = committed();
    List<String> broken = new ArrayList<>();
    if (run.end() == Run.End.STUCK) {
      broken.add("every actor reaches its end");
    }
    broken.addAll(arrivals.broken(committed));
    String state = "published " + arrivals.places(committed);
    Set<String> failures = new LinkedHashSet<>();
    run.failures().forEach((actor, failure) -> failures.add(actor + " threw " + failure));
    return new Outcome(List.copyOf(broken), state + (failures.isEmpty() ? "" : "; " + failures));
  }

  /** None: the outbox is partitioned, and its columns call functions. */
  @Override
  public @Nullable Relation relation() {
    return null;
  }

  @Override
  public void close() throws SQLException, IOException {
    sources.values().forEach(ActorDataSource::close);
    brokers.values().forEach(Connection::abort);
    controller.close();
    database.close();
    connection.close();
    SharedServers.get().emptyQueues();
  }
}
