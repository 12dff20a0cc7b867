package dev.aftercommit.lab.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabCache;
import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.cache.LabRedis;
import dev.aftercommit.lab.database.LabDatabase;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turnstile;
import dev.aftercommit.lab.gate.postgres.PostgresGate;
import dev.aftercommit.lab.gate.postgres.SqlStep;
import dev.aftercommit.lab.gate.redis.RedisStep;
import dev.aftercommit.lab.sql.Effect;
import dev.aftercommit.lab.sql.Statement;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An actor that sends to Redis and does not wait for the answer. */
class UnansweredCommandTest {

  private static final String ACTOR = "A";
  private static final Chooser FIRST = (decision, soFar) -> 0;

  private final ServerAddress server = LabServer.address();
  private final LabRedis redis = LabRedis.create(LabCache.address());
  private LabDatabase database;
  private Controller controller;

  @BeforeEach
  void open() throws Exception {
    database = LabDatabase.create(server);
    controller = controller(Limits.standard());
  }

  @AfterEach
  void close() throws Exception {
    controller.close();
    database.close();
    redis.close();
  }

  @Test
  void whoGoesOnToTheDatabaseProvesNothing() throws Exception {
    waitForTheActorToGoOn();
    Run run =
        run(
            () -> {
              try (Socket cache = cache();
                  Connection sql = sql()) {
                send(cache, "SET k 1");
                select(sql);
              }
            });

    assertThat(run.end()).isEqualTo(Run.End.UNSOUND);
    assertThat(run.reason()).contains("SET k 1", "SELECT 1", "wait for the answer");
  }

  @Test
  void whoeverOfTheTwoComesFirstBothAreNamed() {
    Step set = new RedisStep("SET k 1", "SET k", Effect.NONE);
    String select = "SELECT 1";
    Step query =
        new SqlStep(
            List.of(new SqlStep.Query(select, List.of())),
            Statement.parse(select),
            SqlStep.Kind.PLAIN);

    assertThat(objection(set, query)).contains("SET k 1", select, "wait for the answer");
    assertThat(objection(query, set)).contains("SET k 1", select, "wait for the answer");
  }

  private static @Nullable String objection(Step first, Step second) {
    ActorState actor = new ActorState(ACTOR, new ReentrantLock().newCondition());
    try {
      actor.parked = new ActorState.Pending(first, Turnstile.NO_SESSION);
      return actor.comesTo(second);
    } finally {
      actor.thread.shutdown();
    }
  }

  @Test
  void whatHasComeCountsBeforeItWaitsForItsTurn() {
    ActorState actor = new ActorState(ACTOR, new ReentrantLock().newCondition());
    actor.thread.shutdown();
    actor.coming.add(new RedisStep("SET k 1", "SET k", Effect.NONE));

    assertThat(actor.goesOnTo("SELECT 1")).contains("SET k 1", "SELECT 1", "wait for the answer");
  }

  @Test
  void whoGoesOnInItsOwnCodeProvesNothing() throws Exception {
    waitForTheActorToGoOn();
    Run run =
        run(
            () -> {
              try (Socket cache = cache()) {
                send(cache, "SET k 1");
                controller.point(ACTOR, "elsewhere", Effect.NONE);
              }
            });

    assertThat(run.end()).isEqualTo(Run.End.UNSOUND);
    assertThat(run.reason()).contains("SET k 1", "elsewhere");
  }

  @Test
  void whatIsSentLastIsDoneBeforeTheScheduleIsOver() throws Exception {
    Run run =
        run(
            () -> {
              try (Connection sql = sql();
                  Socket cache = cache()) {
                select(sql);
                send(cache, "INCR k\r\nINCR k\r\nINCR k");
              }
            });

    assertThat(run.end()).as(run.reason()).isEqualTo(Run.End.COMPLETE);
    assertThat(run.events()).extracting(event -> event.option().step().text()).hasSize(4);
    assertThat(redis.contents()).contains("3");
  }

  @Test
  void whoWaitsForAllAnswersOfAPipelineMayGoOn() throws Exception {
    Run run =
        run(
            () -> {
              try (Connection sql = sql();
                  Socket cache = cache()) {
                send(cache, "INCR k\r\nINCR k");
                answers(cache, 2);
                select(sql);
                send(cache, "INCR k");
                answers(cache, 1);
                select(sql);
              }
            });

    assertThat(run.end()).as(run.reason()).isEqualTo(Run.End.COMPLETE);
    assertThat(run.events()).hasSize(5);
  }

  private Controller controller(Limits limits) throws SQLException, IOException {
    return new Controller(
        List.of(ACTOR),
        Map.of(
            Service.POSTGRES, PostgresGate.opener(server.socket()), Service.REDIS, redis.opener()),
        server.connect(database.name()),
        limits);
  }

  /** However slow the machine is: the run ends as soon as the actor does something else. */
  private void waitForTheActorToGoOn() throws Exception {
    controller.close();
    Limits standard = Limits.standard();
    controller =
        controller(
            new Limits(
                standard.thinking(),
                standard.statement(),
                standard.grace(),
                standard.thinking().dividedBy(2)));
  }

  private Run run(Body code) throws Exception {
    return controller.run(Map.of(ACTOR, code), Gate.Mode.STEPS, FIRST);
  }

  private Connection sql() throws SQLException {
    return server.connect(
        "127.0.0.1", controller.port(ACTOR, Service.POSTGRES), database.name(), "");
  }

  private static void select(Connection sql) throws SQLException {
    try (java.sql.Statement statement = sql.createStatement()) {
      statement.execute("SELECT 1");
    }
  }

  /** A connection whose set-up is answered. */
  private Socket cache() throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), controller.port(ACTOR, Service.REDIS));
    String password = redis.server().password();
    if (password != null) {
      send(socket, "AUTH " + password);
      answers(socket, 1);
    }
    send(socket, "SELECT " + redis.index());
    answers(socket, 1);
    return socket;
  }

  private static void send(Socket socket, String commands) throws IOException {
    socket.getOutputStream().write((commands + "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void answers(Socket socket, int lines) throws IOException {
    InputStream in = socket.getInputStream();
    int left = lines;
    while (left > 0) {
      left -= in.read() == '\n' ? 1 : 0;
    }
  }
}
