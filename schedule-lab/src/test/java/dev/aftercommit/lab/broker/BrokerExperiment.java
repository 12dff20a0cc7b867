package dev.aftercommit.lab.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import dev.aftercommit.lab.LabServer;
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
import dev.aftercommit.lab.gate.postgres.PostgresGate;
import dev.aftercommit.lab.search.Experiment;
import dev.aftercommit.lab.search.Fixture;
import dev.aftercommit.lab.search.Outcome;
import dev.aftercommit.lab.sql.Relation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Actors in code over PostgreSQL and RabbitMQ. */
final class BrokerExperiment implements Experiment, AutoCloseable {

  /** What an actor does. */
  @FunctionalInterface
  interface Code {
    void run(Actor actor) throws Exception;
  }

  private final LabDatabase database;
  private final LabBroker broker;
  private final Controller controller;
  private final Fixture fixture;
  private final String invariant;
  private final Map<String, Actor> actors = new LinkedHashMap<>();

  /**
   * Opens gates for the actors.
   *
   * @param queues the messages that they begin with
   * @param setup of the database
   * @param invariant SQL that answers one boolean
   */
  BrokerExperiment(
      Map<String, List<String>> queues, String setup, String invariant, Map<String, Code> codes)
      throws Exception {
    ServerAddress server = LabServer.address();
    this.invariant = invariant;
    database = LabDatabase.create(server);
    broker = LabBroker.open(LabServer.rabbitMq(), queues);
    fixture = new Fixture(database, List.of(setup));
    controller =
        new Controller(
            codes.keySet(),
            Map.of(
                Service.POSTGRES,
                PostgresGate.opener(server.socket()),
                Service.RABBITMQ,
                broker.opener()),
            server.connect(database.name()),
            Limits.standard());
    codes.forEach((name, code) -> actors.put(name, new Actor(name, code)));
  }

  void faults(Faults faults) {
    controller.faults(faults);
  }

  /** An actor with its connections, which it keeps from one schedule to the next. */
  final class Actor implements Body {
    private final String name;
    private final Code code;
    private Connection sql;
    private com.rabbitmq.client.Connection amqp;
    private Channel channel;

    private Actor(String name, Code code) {
      this.name = name;
      this.code = code;
    }

    @Override
    public void run() throws Exception {
      if (sql == null || !sql.isValid(1)) {
        sql =
            LabServer.address()
                .connect(
                    "127.0.0.1",
                    controller.port(name, Service.POSTGRES),
                    database.name(),
                    "-c deadlock_timeout=1h");
      }
      if (amqp == null || !amqp.isOpen()) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(LabServer.rabbitMq());
        factory.setHost("127.0.0.1");
        factory.setPort(controller.port(name, Service.RABBITMQ));
        factory.setAutomaticRecoveryEnabled(false);
        amqp = factory.newConnection();
      }
      channel = amqp.createChannel();
      try {
        code.run(this);
      } finally {
        if (channel.isOpen()) {
          channel.close();
        }
      }
    }

    @Override
    public boolean restarts() {
      return true;
    }

    Channel channel() {
      return channel;
    }

    void sql(String text) throws SQLException {
      try (Statement statement = sql.createStatement()) {
        statement.execute(text);
      }
    }

    void publish(String queue, String text) throws IOException {
      AMQP.BasicProperties plain = null;
      channel.basicPublish("", queue, plain, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes messages one by one until the schedule is over. */
    void consume(String queue, Handler handler) throws Exception {
      BlockingQueue<Delivery> received = new ArrayBlockingQueue<>(1);
      channel.basicQos(1);
      channel.basicConsume(queue, false, (tag, delivery) -> received.add(delivery), tag -> {});
      while (controller.awaitDelivery(name)) {
        Delivery delivery = received.poll(10, TimeUnit.SECONDS);
        if (delivery == null) {
          throw new IllegalStateException("Nothing was delivered");
        }
        handler.handle(new String(delivery.getBody(), StandardCharsets.UTF_8));
        channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
      }
    }

    private void close() throws SQLException {
      if (sql != null) {
        sql.close();
      }
      if (amqp != null) {
        amqp.abort();
      }
    }
  }

  /** What is done with a message before it is acknowledged. */
  @FunctionalInterface
  interface Handler {
    void handle(String text) throws Exception;
  }

  @Override
  public List<String> actors() {
    return List.copyOf(actors.keySet());
  }

  @Override
  public Run run(Chooser chooser) throws SQLException, InterruptedException {
    for (Actor actor : actors.values()) {
      if (actor.sql != null && !actor.sql.isClosed()) {
        actor.sql("ROLLBACK");
      }
    }
    fixture.putBack();
    try {
      broker.restore();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Run run = controller.run(new LinkedHashMap<>(actors), Gate.Mode.STEPS, chooser);
    fixture.changedBy(run);
    return run;
  }

  @Override
  public Outcome judge(Run run) throws SQLException {
    List<String> broken = new ArrayList<>();
    if (!database.ask(invariant)) {
      broken.add(invariant);
    }
    try {
      return new Outcome(broken, database.contents() + broker.contents() + run.failures());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Relation relation() throws SQLException {
    fixture.putBack();
    return new Relation(database.catalogue(), false);
  }

  @Override
  public void close() throws SQLException, IOException {
    for (Actor actor : actors.values()) {
      actor.close();
    }
    controller.close();
    broker.close();
    database.close();
  }
}
