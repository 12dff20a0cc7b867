package dev.aftercommit.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.engine.Faults;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.junit.TestExploration;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Verdict;
import dev.aftercommit.outbox.OutboxAppender;
import dev.aftercommit.outbox.OutboxEvent;
import dev.aftercommit.relay.RelayExperiment.Code;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Relays with all that can come between their steps: others, writers, the clock, a kill. */
class RelaySchedulesTest {

  private static final Code RELAY =
      actor -> OneRelay.run(actor.name(), actor.database(), actor::broker, actor::isStopped);

  @Test
  void aRelayKilledAtAnyStepAndStartedAnewLosesNothing(TestInfo test) throws Exception {
    Faults faults = new Faults(Map.of(Turn.KILL, Set.of(), Turn.CONFIRM_LOST, Set.of()), 1);
    try (RelayExperiment experiment = experiment(faults, Map.of("relay", RELAY))) {
      append(experiment, "employee/1", "employee/1", "employee/2");

      Exploration found = explore(test, experiment, TestExploration.ALL);

      assertThat(found.verdict()).isEqualTo(Verdict.HOLDS);
    }
  }

  @Test
  void aRelayThatSleepsThroughItsLeaseLosesNothingToItsSuccessor(TestInfo test) throws Exception {
    Map<String, Code> actors = new LinkedHashMap<>();
    actors.put("A", RELAY);
    actors.put("B", RELAY);
    actors.put(
        "clock",
        actor ->
            execute(
                actor.database().getConnection(),
                "UPDATE outbox.relay SET lease_until = now() - interval '1 s' WHERE instance = 'A'"));
    try (RelayExperiment experiment = experiment(Faults.NONE, actors)) {
      append(experiment, "employee/1", "employee/1");

      Exploration found = explore(test, experiment, TestExploration.SOME);

      assertThat(found.verdict()).isIn(Verdict.HOLDS, Verdict.BOUNDED);
    }
  }

  @Test
  void anEventThatDrewItsPositionFirstAndCommitsLastIsNotPassedOver(TestInfo test)
      throws Exception {
    Map<String, Code> actors = new LinkedHashMap<>();
    actors.put("relay", RELAY);
    actors.put("Ann", actor -> append(actor.database().getConnection(), "employee/1"));
    actors.put("Bob", actor -> append(actor.database().getConnection(), "employee/2"));
    try (RelayExperiment experiment = experiment(Faults.NONE, actors)) {
      Exploration found = explore(test, experiment, TestExploration.SOME);

      assertThat(found.verdict()).isIn(Verdict.HOLDS, Verdict.BOUNDED);
    }
  }

  private static RelayExperiment experiment(Faults faults, Map<String, Code> actors)
      throws Exception {
    return new RelayExperiment(actors, faults);
  }

  private static void append(RelayExperiment experiment, String... keys) throws SQLException {
    for (String key : keys) {
      append(experiment.direct().getConnection(), key);
    }
  }

  private static void append(Connection connection, String key) throws SQLException {
    try (connection) {
      connection.setAutoCommit(false);
      OutboxEvent event = OutboxDatabase.event(key, "{}");
      OutboxAppender.append(connection, List.of(event));
      connection.commit();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (connection;
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Exploration explore(TestInfo test, RelayExperiment experiment, Duration limit)
      throws Exception {
    experiment.begin();
    return TestExploration.explore(test.getTestMethod().orElseThrow().getName(), experiment, limit);
  }
}
