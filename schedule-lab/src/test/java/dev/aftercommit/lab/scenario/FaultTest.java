package dev.aftercommit.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Token;
import dev.aftercommit.lab.search.Verdict;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FaultTest {

  private static final Explorer.Progress SILENT = (runs, failing, perSecond) -> {};

  /** A payment that is tried again when its commit seems to have failed. */
  private static final String RETRIED =
      """
      setup { CREATE TABLE payment (by text); CREATE TABLE account (id int PRIMARY KEY, balance int); INSERT INTO account VALUES (1, 100); }
      fault lost-after-commit A
      fault lost-before-commit A
      session A
      step ab { BEGIN; }
      step ai { INSERT INTO payment VALUES ('A'); }
      step ac { COMMIT; }
      step again if failed { INSERT INTO payment VALUES ('A'); }
      session B
      step bu { UPDATE account SET balance = balance + 1 WHERE id = 1; }
      invariant "paid once" { SELECT count(*) = 1 FROM payment }
      """;

  /** Claims in one transaction, works in a second one; a supervisor starts it again. */
  private static final String CLAIM =
      """
      setup { CREATE TABLE job (id int PRIMARY KEY, claimed boolean, done int); INSERT INTO job VALUES (1, false, 0); }
      fault kill A
      session A restarts
      step ac { UPDATE job SET claimed = true WHERE id = 1 AND NOT claimed RETURNING id; }
      step aw if id { UPDATE job SET done = done + 1 WHERE id = 1; }
      session B
      step br { SELECT done FROM job WHERE id = 1; }
      invariant "the job is done" { SELECT done = 1 FROM job }
      """;

  @Test
  void aRetryAfterALostAnswerPaysTwice() throws Exception {
    Found failure = Objects.requireNonNull(explore(RETRIED, 1).failure());

    assertThat(turns(failure.run())).contains(Turn.LOST_AFTER_COMMIT);
    assertThat(failure.outcome().state()).contains("(A) (A)");
  }

  @Test
  void aCommitThatDidNotReachTheServerIsRolledBackAndRetriedOnce() throws Exception {
    Exploration found = explore(RETRIED.replace("fault lost-after-commit A\n", ""), 1);

    assertThat(found.verdict()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void withoutABudgetNothingGoesWrong() throws Exception {
    assertThat(explore(RETRIED, 0).verdict()).isEqualTo(Verdict.HOLDS);
    assertThat(explore(CLAIM, 0).verdict()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void aWorkerKilledBetweenItsClaimAndItsWorkLeavesTheJobUndone() throws Exception {
    Found failure = Objects.requireNonNull(explore(CLAIM, 1).failure());

    assertThat(turns(failure.run())).contains(Turn.KILL);
    assertThat(failure.outcome().state()).contains("job (1,t,0)");
  }

  @Test
  void theTokenOfAFaultyScheduleRepeatsIt() throws Exception {
    Scenario scenario = ScenarioParser.parse("test", CLAIM);
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, LabServer.address())) {
      Found failure =
          Objects.requireNonNull(
              Explorer.explore(experiment, experiment.relation(), Budget.standard(), SILENT)
                  .failure());
      Token token = Token.of(CLAIM, 0, scenario.actors(), failure);
      for (int i = 0; i < 5; i++) {
        Found again = Token.decode(token.encoded()).replay(experiment);
        assertThat(token.repeats(again)).isTrue();
      }
    }
  }

  @Test
  void aFaultThatDoesNotExistIsRefusedWithAllThatDo() {
    assertThatThrownBy(() -> ScenarioParser.parse("test", "fault earthquake"))
        .hasMessageContaining("earthquake")
        .hasMessageContaining("lost-after-commit");
    assertThatThrownBy(
            () -> ScenarioParser.parse("test", "fault kill Z\nsession A\nstep a { SELECT 1 }"))
        .hasMessageContaining("'Z', which is no session");
  }

  private static List<Turn> turns(Run run) {
    return run.events().stream().map(Event::option).map(option -> option.turn()).toList();
  }

  private static Exploration explore(String text, int faults) throws Exception {
    try (ScenarioExperiment experiment =
        ScenarioExperiment.open(ScenarioParser.parse("test", text), LabServer.address())) {
      experiment.faults(faults);
      Exploration reduced =
          Explorer.explore(experiment, experiment.relation(), Budget.standard(), SILENT);
      Exploration naive = Explorer.explore(experiment, null, Budget.standard(), SILENT);
      assertThat(reduced.verdict()).isEqualTo(naive.verdict());
      if (naive.verdict() == Verdict.HOLDS) {
        assertThat(reduced.outcomes().keySet()).isEqualTo(naive.outcomes().keySet());
      }
      return reduced;
    }
  }
}
