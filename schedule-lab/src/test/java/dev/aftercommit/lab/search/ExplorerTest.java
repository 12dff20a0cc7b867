package dev.aftercommit.lab.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.scenario.ScenarioParser;
import dev.aftercommit.lab.sql.Relation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExplorerTest {

  private static final Explorer.Progress SILENT = (runs, failing, perSecond) -> {};

  private static final String LOST_UPDATE =
      """
      setup { CREATE TABLE account (id int PRIMARY KEY, balance int); INSERT INTO account VALUES (1, 100); }
      session A
      step ab { BEGIN; }
      step ar { SELECT balance FROM account WHERE id = 1; }
      step aw { UPDATE account SET balance = :balance + 10 WHERE id = 1; }
      step ac { COMMIT; }
      session B
      step bb { BEGIN; }
      step br { SELECT balance FROM account WHERE id = 1; }
      step bw { UPDATE account SET balance = :balance + 10 WHERE id = 1; }
      step bc { COMMIT; }
      invariant "both deposits are there" { SELECT balance = 120 FROM account WHERE id = 1 }
      """;

  @Test
  void theLostUpdateIsFoundInTwelveOfFourteenOrders() throws Exception {
    Exploration naive = explore(LOST_UPDATE, Level.READ_COMMITTED, false);

    assertThat(naive.verdict()).isEqualTo(Verdict.FAILS);
    assertThat(naive.schedules()).isEqualTo(14);
    assertThat(naive.failing()).isEqualTo(12);
  }

  @Test
  void swappingIndependentStepsLeavesSixOrdersAndTheSameEnds() throws Exception {
    Exploration reduced = explore(LOST_UPDATE, Level.READ_COMMITTED, true);

    assertThat(reduced.schedules()).isEqualTo(6);
    assertThat(reduced.failing()).isEqualTo(4);
    assertThat(states(reduced))
        .isEqualTo(states(explore(LOST_UPDATE, Level.READ_COMMITTED, false)));
  }

  @Test
  void theSeedIsRunBesideAllOthersAndCountedOnce() throws Exception {
    String spec = LOST_UPDATE + "seed ab bb br ar aw bw ac bc\n";

    Exploration naive = explore(spec, Level.READ_COMMITTED, false);

    assertThat(naive.schedules()).isEqualTo(14);
    assertThat(naive.runs()).isEqualTo(15);
    assertThat(orderOfSeed(spec)).containsExactly("B", "A", "A", "B", "A", "B");
  }

  @Test
  void aSeedThatCannotBeKeptIsFollowedAsFarAsPossible() throws Exception {
    assertThat(orderOfSeed(LOST_UPDATE + "seed ar br aw bw bc ac\n"))
        .containsExactly("A", "B", "A", "B", "A", "B");
  }

  private static List<String> orderOfSeed(String spec) throws Exception {
    try (ScenarioExperiment experiment =
        ScenarioExperiment.open(ScenarioParser.parse("test", spec), LabServer.address())) {
      return experiment.run(experiment.seeds().getFirst()).order();
    }
  }

  private static Set<String> states(Exploration exploration) {
    Set<String> states = new HashSet<>();
    exploration.outcomes().keySet().forEach(outcome -> states.add(outcome.state()));
    return states;
  }

  private static Exploration explore(String text, Level level, boolean reduced) throws Exception {
    try (ScenarioExperiment experiment =
        ScenarioExperiment.open(
            ScenarioParser.parse("test", text).at(level), LabServer.address())) {
      @Nullable Relation relation = reduced ? experiment.relation() : null;
      Exploration exploration =
          Explorer.explore(
              experiment, relation, Budget.standard().with(20_000, Budget.ALL), SILENT);
      return exploration;
    }
  }
}
