package dev.aftercommit.lab.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.scenario.ScenarioParser;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Several wait for one row: the server chooses who goes on first. */
class WakeOrderTest {

  private static final Explorer.Progress SILENT = (runs, failing, perSecond) -> {};

  private static final String SETUP =
      "setup { CREATE TABLE account (id int PRIMARY KEY, v text); INSERT INTO account VALUES (1,"
          + " ''); }\n";

  private static final String TWO_WAITERS =
      SETUP
          + session("A")
          + session("B")
          + session("C")
          + "invariant \"all are there\" { SELECT length(v) = 3 FROM account }\n";

  private static final String THREE_WAITERS =
      SETUP
          + session("A")
          + session("B")
          + session("C")
          + session("D")
          + "invariant \"all are there\" { SELECT length(v) = 4 FROM account }\n";

  /** C commits something before it waits, so that it sees more than B if B waits already. */
  private static final String COMMIT_BETWEEN =
      SETUP
          + session("A")
          + session("B")
          + """
          session C
          step C_other { INSERT INTO account VALUES (2, ''); }
          step C_begin { BEGIN; }
          step C_do { UPDATE account SET v = v || 'C' WHERE id = 1; }
          step C_end { COMMIT; }
          invariant "any end will do" { SELECT true }
          """;

  @Test
  void twoWaitersGoOnInBothOrders() throws Exception {
    Exploration found = explore(TWO_WAITERS);

    assertThat(found.verdict()).as(found.reason()).isEqualTo(Verdict.HOLDS);
    assertThat(found.outcomes()).hasSize(6);
  }

  @Test
  void threeWaitersGoOnInEveryOrderAndWhatTheServerNeverChoseIsTold() throws Exception {
    Exploration found = explore(THREE_WAITERS);

    assertThat(found.outcomes()).hasSize(24);
    if (found.verdict() != Verdict.HOLDS) {
      assertThat(found.verdict()).isEqualTo(Verdict.BOUNDED);
      assertThat(found.reason()).contains("never chose").containsPattern("[ABCD] after \\d+ steps");
    }
  }

  @Test
  void whoWentFirstIsToldInTheRun() throws Exception {
    try (ScenarioExperiment experiment = open(THREE_WAITERS)) {
      Run run = experiment.run(order("A", "B", "C", "D", "A"));
      Event commit = run.events().getLast();

      assertThat(commit.isRace()).isTrue();
      assertThat(commit.woken()).hasSize(1);
      assertThat(commit.moved().stream().map(Event.Waiter::actor)).contains("B", "C");
    }
  }

  @Test
  void whatAnotherScheduleShowsIsNotLookedFor() throws Exception {
    try (ScenarioExperiment experiment = open(COMMIT_BETWEEN)) {
      Run run = experiment.run(order("C", "C", "A", "B", "C", "A"));

      assertThat(run.events().getLast().isRace()).isTrue();
      assertThat(WakeOrder.passedOver(run.events()).isEmpty() || WakeOrder.isKnown(run.events()))
          .isTrue();
    }
  }

  @Test
  void whatNoOtherScheduleShowsIsLookedFor() throws Exception {
    try (ScenarioExperiment experiment = open(COMMIT_BETWEEN)) {
      Run run = experiment.run(order("A", "B", "C", "C", "C", "A"));

      assertThat(WakeOrder.isKnown(run.events())).isFalse();
      assertThat(WakeOrder.passedOver(run.events())).hasSize(1);
    }
  }

  private static Exploration explore(String text) throws Exception {
    try (ScenarioExperiment experiment = open(text)) {
      return Explorer.explore(
          experiment,
          experiment.relation(),
          new Budget(20_000, Duration.ofMinutes(2), Budget.ALL, Duration.ZERO),
          SILENT);
    }
  }

  private static Chooser order(String... order) {
    return (decision, soFar) ->
        soFar.events().size() < order.length
            ? decision.indexOf(order[soFar.events().size()])
            : Chooser.CUT;
  }

  private static ScenarioExperiment open(String text) throws Exception {
    return ScenarioExperiment.open(ScenarioParser.parse("test", text), LabServer.address());
  }

  private static String session(String name) {
    return """
    session %1$s
    step %1$s_begin { BEGIN; }
    step %1$s_do { UPDATE account SET v = v || '%1$s' WHERE id = 1; }
    step %1$s_end { COMMIT; }
    """
        .formatted(name);
  }
}
