package dev.aftercommit.lab.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.ShutdownSignalException;
import dev.aftercommit.lab.broker.BrokerExperiment.Code;
import dev.aftercommit.lab.engine.Faults;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Outcome;
import dev.aftercommit.lab.search.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BrokerScheduleTest {

  private static final String TASKS = "lab-tasks";

  private static final String TASK_TABLES =
      "CREATE TABLE task (id int PRIMARY KEY); CREATE TABLE missed (id int)";

  private static final String NOTHING_MISSED = "SELECT count(*) = 0 FROM missed";

  private static final Code LOOKS_UP =
      actor ->
          actor.consume(
              TASKS,
              id ->
                  actor.sql(
                      "INSERT INTO missed SELECT %s WHERE NOT EXISTS (SELECT FROM task WHERE id = %s)"
                          .formatted(id, id)));

  private static final String ACCOUNT =
      "CREATE TABLE account (balance int); INSERT INTO account VALUES (0);"
          + " CREATE TABLE seen (id text PRIMARY KEY)";

  private static final Code ADDS =
      actor -> actor.consume(TASKS, id -> actor.sql("UPDATE account SET balance = balance + 10"));

  private static final Code ADDS_ONCE =
      actor ->
          actor.consume(
              TASKS,
              id ->
                  actor.sql(
                      "WITH fresh AS (INSERT INTO seen VALUES ('%s') ON CONFLICT DO NOTHING RETURNING id)"
                              .formatted(id)
                          + " UPDATE account SET balance = balance + 10 WHERE EXISTS (SELECT FROM fresh)"));

  @Test
  void aMessageBeforeTheCommitIsHandledTooEarly() throws Exception {
    Code publisher =
        actor -> {
          actor.sql("BEGIN");
          actor.sql("INSERT INTO task VALUES (1)");
          actor.publish(TASKS, "1");
          actor.sql("COMMIT");
        };
    try (BrokerExperiment experiment = tasks(publisher)) {
      Exploration every = explore(experiment, false);

      assertThat(every.verdict()).isEqualTo(Verdict.FAILS);
      assertThat(every.failing()).isLessThan(every.schedules());
    }
  }

  @Test
  void aConfirmedMessageAfterTheCommitIsNeverHandledTooEarly() throws Exception {
    Code publisher =
        actor -> {
          actor.channel().confirmSelect();
          actor.sql("BEGIN");
          actor.sql("INSERT INTO task VALUES (1)");
          actor.sql("COMMIT");
          actor.publish(TASKS, "1");
          actor.channel().waitForConfirmsOrDie(10_000);
        };
    try (BrokerExperiment experiment = tasks(publisher)) {
      Exploration every = explore(experiment, false);

      assertThat(every.verdict()).as(every.reason()).isEqualTo(Verdict.HOLDS);
      assertThat(every.outcomes()).hasSize(1);
    }
  }

  @Test
  void aRefusedMessageIsLostIfItsPublisherDoesNotAskForConfirms() throws Exception {
    Code publisher =
        actor -> {
          actor.sql("INSERT INTO task VALUES (1) ON CONFLICT DO NOTHING");
          actor.publish(TASKS, "1");
        };
    Code consumer =
        actor -> actor.consume(TASKS, id -> actor.sql("DELETE FROM task WHERE id = " + id));
    try (BrokerExperiment experiment =
        new BrokerExperiment(
            Map.of(TASKS, List.of()),
            TASK_TABLES,
            "SELECT count(*) = 0 FROM task",
            ordered("P", publisher, "C", consumer))) {
      assertThat(explore(experiment, false).verdict()).isEqualTo(Verdict.HOLDS);
      experiment.faults(new Faults(Map.of(Turn.NACK, Set.of("P")), 1));
      assertThat(explore(experiment, false).verdict()).isEqualTo(Verdict.FAILS);
    }
  }

  @Test
  void aBreakLeavesAnyPrefixOfTheMessagesAndAnyPrefixOfTheirConfirms() throws Exception {
    Code publisher =
        actor -> {
          AtomicInteger confirmed = new AtomicInteger();
          actor.channel().confirmSelect();
          actor
              .channel()
              .addConfirmListener((tag, many) -> confirmed.incrementAndGet(), (tag, many) -> {});
          for (String text : List.of("a", "b", "c")) {
            actor.publish(TASKS, text);
          }
          try {
            actor.channel().waitForConfirmsOrDie(10_000);
          } catch (ShutdownSignalException e) {
            // The connection broke; what was confirmed is known.
          }
          actor.sql("INSERT INTO account VALUES (%d)".formatted(confirmed.get()));
        };
    try (BrokerExperiment experiment =
        new BrokerExperiment(
            Map.of(TASKS, List.of()),
            "CREATE TABLE account (confirmed int)",
            "SELECT true",
            Map.of("P", publisher))) {
      experiment.faults(new Faults(Map.of(Turn.CONFIRM_LOST, Set.of()), 1));
      Exploration every = explore(experiment, false);

      assertThat(every.verdict()).as(every.reason()).isEqualTo(Verdict.HOLDS);
      // Of 3 messages c confirms are seen and a >= c are taken; all 3 of both without a fault.
      assertThat(states(every)).hasSize(10);
      assertThat(every.schedules()).isEqualTo(10);
    }
  }

  @Test
  void whoGoesOnWithoutTheConfirmsThatABreakCanTakeProvesNothing() throws Exception {
    Code publisher =
        actor -> {
          actor.channel().confirmSelect();
          actor.publish(TASKS, "1");
          actor.sql("INSERT INTO task VALUES (1)");
          actor.publish(TASKS, "2");
          actor.channel().waitForConfirmsOrDie(10_000);
        };
    try (BrokerExperiment experiment =
        new BrokerExperiment(
            Map.of(TASKS, List.of()), TASK_TABLES, NOTHING_MISSED, Map.of("P", publisher))) {
      experiment.faults(new Faults(Map.of(Turn.CONFIRM_LOST, Set.of()), 1));
      Exploration every = explore(experiment, false);

      assertThat(every.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
      assertThat(every.reason()).contains("before it has the confirms");
    }
  }

  @Test
  void aDuplicateIsAppliedTwiceUnlessTheConsumerRemembers() throws Exception {
    assertThat(deliveries(ADDS, Turn.DUPLICATE).verdict()).isEqualTo(Verdict.FAILS);
    Exploration remembered = deliveries(ADDS_ONCE, Turn.DUPLICATE);
    assertThat(remembered.verdict()).as(remembered.reason()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void aConsumerThatDiesBeforeItsAcknowledgementGetsTheMessageAgain() throws Exception {
    assertThat(deliveries(ADDS, Turn.CONSUMER_DIES).verdict()).isEqualTo(Verdict.FAILS);
    Exploration remembered = deliveries(ADDS_ONCE, Turn.CONSUMER_DIES);
    assertThat(remembered.verdict()).as(remembered.reason()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void twoConsumersCompeteAndEachMessageIsHandledOnce() throws Exception {
    try (BrokerExperiment experiment =
        new BrokerExperiment(
            Map.of(TASKS, List.of("a", "b")),
            ACCOUNT,
            "SELECT balance = 20 FROM account",
            ordered("C1", ADDS, "C2", ADDS))) {
      Exploration every = explore(experiment, false);

      assertThat(every.verdict()).as(every.reason()).isEqualTo(Verdict.HOLDS);
      Exploration reduced = explore(experiment, true);
      assertThat(reduced.reduced()).isTrue();
      assertThat(reduced.schedules()).isLessThan(every.schedules());
      assertThat(states(reduced)).isEqualTo(states(every));
    }
  }

  private static BrokerExperiment tasks(Code publisher) throws Exception {
    return new BrokerExperiment(
        Map.of(TASKS, List.of()),
        TASK_TABLES,
        NOTHING_MISSED,
        ordered("P", publisher, "C", LOOKS_UP));
  }

  private static Exploration deliveries(Code consumer, Turn fault) throws Exception {
    Map<String, Code> codes = new LinkedHashMap<>();
    codes.put("C", consumer);
    try (BrokerExperiment experiment =
        new BrokerExperiment(
            Map.of(TASKS, List.of("a")), ACCOUNT, "SELECT balance = 10 FROM account", codes)) {
      experiment.faults(new Faults(Map.of(fault, Set.of()), 1));
      return explore(experiment, false);
    }
  }

  private static Map<String, Code> ordered(String first, Code one, String second, Code two) {
    Map<String, Code> codes = new LinkedHashMap<>();
    codes.put(first, one);
    codes.put(second, two);
    return codes;
  }

  private static Exploration explore(BrokerExperiment experiment, boolean reduced)
      throws Exception {
    return Explorer.explore(
        experiment,
        reduced ? experiment.relation() : null,
        Budget.standard(),
        (runs, failing, perSecond) -> {});
  }

  private static Set<String> states(Exploration exploration) {
    return exploration.outcomes().keySet().stream().map(Outcome::state).collect(Collectors.toSet());
  }
}
