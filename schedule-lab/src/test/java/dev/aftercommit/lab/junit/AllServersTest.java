package dev.aftercommit.lab.junit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Outcome;
import dev.aftercommit.lab.search.Verdict;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Code over a database, a cache and a broker in one schedule. */
class AllServersTest {

  @LabServerSource
  static Addresses servers() {
    return LabServer.addresses();
  }

  @ScheduleTest
  void incrementsInTheCacheAreNotLost(Lab lab) {
    lab.redis("SET counter 0");
    lab.actor("A", actor -> actor.redis().incr("counter"));
    lab.actor("B", actor -> actor.redis().incr("counter"));
    lab.finallyHolds("both count", "SELECT value = '2' FROM lab.redis WHERE key = 'counter'");
  }

  @Test
  void whatIsReadAndThenWrittenInTheCacheIsLost() throws Exception {
    Lab lab = new Lab();
    lab.redis("SET counter 0");
    lab.actor("A", actor -> count(actor.redis()));
    lab.actor("B", actor -> count(actor.redis()));
    lab.serial();

    Exploration found = explore(lab);

    assertThat(found.verdict()).as(found.reason()).isEqualTo(Verdict.FAILS);
    assertThat(found.outcomes().keySet()).anyMatch(end -> end.state().contains("(counter,1)"));
  }

  @Test
  void aReaderFillsTheCacheWithWhatItReadBeforeTheCommit() throws Exception {
    Lab lab = new Lab();
    lab.fixture("CREATE TABLE price (v int); INSERT INTO price VALUES (1)");
    lab.redis();
    lab.actor(
        "writer",
        actor -> {
          execute(actor, "UPDATE price SET v = 2");
          actor.redis().del("price");
        });
    lab.actor(
        "reader",
        actor -> {
          if (actor.redis().get("price") == null) {
            actor.redis().set("price", read(actor));
          }
        });
    lab.finallyHolds(
        "the cache is not stale", "SELECT NOT EXISTS (SELECT FROM lab.redis WHERE value <> '2')");

    Exploration found = explore(lab);

    assertThat(found.verdict()).as(found.reason()).isEqualTo(Verdict.FAILS);
    Found failure = Objects.requireNonNull(found.failure());
    assertThat(failure.run().preemptions()).isEqualTo(1);
  }

  @Test
  void aMessageSentBeforeTheCommitIsHandledBeforeIt() throws Exception {
    assertThat(explore(mail(true)).verdict()).isEqualTo(Verdict.FAILS);
  }

  @Test
  void aMessageSentAfterTheCommitFindsWhatItIsAbout() throws Exception {
    Exploration found = explore(mail(false));

    assertThat(found.verdict()).as(found.reason()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void aDuplicateIsHandledTwiceUnlessItIsRecognised() throws Exception {
    Lab plain = payments("INSERT INTO payment VALUES ('p1')");
    Lab inbox =
        payments(
            "INSERT INTO payment SELECT 'p1' WHERE NOT EXISTS (SELECT FROM payment WHERE id ="
                + " 'p1')");

    assertThat(explore(plain).verdict()).isEqualTo(Verdict.FAILS);
    Exploration once = explore(inbox);
    assertThat(once.verdict()).as(once.reason()).isEqualTo(Verdict.HOLDS);
    assertThat(once.faults()).isEqualTo(1);
  }

  @Test
  void aMessageThatCannotBeHandledGoesBack() throws Exception {
    Lab lab = new Lab();
    lab.queue("poison", "bad");
    lab.consumer(
        "consumer",
        "poison",
        (actor, message) -> {
          throw new IllegalArgumentException(message);
        });
    lab.actor("other", actor -> execute(actor, "SELECT 1"));
    lab.finallyHolds("it is not lost", "SELECT count(*) = 1 FROM lab.queued");

    Exploration found = explore(lab);

    assertThat(found.verdict()).as(found.reason()).isEqualTo(Verdict.HOLDS);
    assertThat(found.outcomes().keySet())
        .extracting(Outcome::state)
        .allMatch(state -> state.contains("consumer threw IllegalArgumentException"));
  }

  private static Lab mail(boolean early) {
    Lab lab = new Lab();
    lab.fixture("CREATE TABLE employee (id int); CREATE TABLE mailed (id int, known boolean)");
    lab.queue("mail");
    lab.actor("service", actor -> hire(actor, early));
    lab.consumer(
        "mailer",
        "mail",
        (actor, message) ->
            execute(
                actor, "INSERT INTO mailed SELECT 1, EXISTS (SELECT FROM employee WHERE id = 1)"));
    lab.finallyHolds(
        "who is mailed is known", "SELECT coalesce(bool_and(known), true) FROM mailed");
    return lab;
  }

  private static void hire(Actor actor, boolean early) throws Exception {
    try (Connection connection = actor.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate("INSERT INTO employee VALUES (1)");
      if (early) {
        publish(actor);
      }
      connection.commit();
    }
    if (!early) {
      publish(actor);
    }
  }

  private static void publish(Actor actor) throws Exception {
    try (Channel channel = actor.rabbit().createChannel()) {
      channel.confirmSelect();
      channel.basicPublish("", "mail", null, "1".getBytes(StandardCharsets.UTF_8));
      channel.waitForConfirmsOrDie(10_000);
    }
  }

  private static Lab payments(String sql) {
    Lab lab = new Lab();
    lab.fixture("CREATE TABLE payment (id text)");
    lab.queue("payments", "p1");
    lab.consumer("payer", "payments", (actor, message) -> execute(actor, sql));
    lab.faults(Turn.DUPLICATE);
    lab.finallyHolds("paid once", "SELECT count(*) = 1 FROM payment");
    return lab;
  }

  private static void count(Jedis redis) {
    int read = Integer.parseInt(redis.get("counter"));
    redis.set("counter", String.valueOf(read + 1));
  }

  private static String read(Actor actor) throws SQLException {
    try (Connection connection = actor.dataSource().getConnection();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT v FROM price")) {
      row.next();
      return row.getString(1);
    }
  }

  private static void execute(Actor actor, String sql) throws SQLException {
    try (Connection connection = actor.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  private static Exploration explore(Lab lab) throws Exception {
    try (CodeExperiment experiment =
        CodeExperiment.open(
            lab, new CodeExperiment.Settings("read committed", 1, false), servers())) {
      return Explorer.explore(
          experiment, experiment.relation(), Budget.standard(), (runs, failing, perSecond) -> {});
    }
  }
}
