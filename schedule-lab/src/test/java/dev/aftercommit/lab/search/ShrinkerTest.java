package dev.aftercommit.lab.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Decision;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.scenario.ScenarioParser;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {

  private static final String SETUP =
      "setup { CREATE TABLE account (id int PRIMARY KEY, balance int); INSERT INTO account VALUES"
          + " (1, 100), (2, 100); }\n";

  private static final String THREE =
      SETUP
          + deposit("A", 1)
          + deposit("B", 2)
          + deposit("C", 1)
          + "fault kill\n"
          + "invariant \"no deposit is lost\" { SELECT balance IN (100, 110, 120) AND balance = 100"
          + " + 10 * (SELECT count(*) FROM done WHERE account = 1) FROM account WHERE id = 1 }\n";

  @Test
  void anActorAndInterruptionsThatAreNotNeededAreLeftOut() throws Exception {
    Scenario scenario = scenario(THREE);
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, LabServer.address())) {
      Found found = run(experiment, "A", "B", "C", "B", "A", "B", "A", "C", "C");

      assertThat(found.outcome().broken()).containsExactly("no deposit is lost");
      Found smallest = Shrinker.shrink(experiment, found, 200);

      assertThat(smallest.outcome().broken()).isEqualTo(found.outcome().broken());
      assertThat(new HashSet<>(smallest.run().order())).isEqualTo(Set.of("A", "C"));
      assertThat(smallest.run().preemptions()).isEqualTo(1);
      assertThat(found.run().preemptions()).isGreaterThan(3);
    }
  }

  @Test
  void aTokenWithoutAnActorIsReplayedWithoutIt() throws Exception {
    Scenario scenario = scenario(THREE);
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, LabServer.address())) {
      Found smallest =
          Shrinker.shrink(
              experiment, run(experiment, "A", "B", "C", "B", "A", "B", "A", "C", "C"), 200);
      Token token = Token.decode(Token.of(THREE, 0, scenario.actors(), smallest).encoded());

      assertThat(token.idle(scenario.actors())).containsExactly("B");
      assertThat(token.repeats(token.replay(experiment))).isTrue();
    }
  }

  @Test
  void aFaultThatIsNotNeededIsLeftOut() throws Exception {
    try (ScenarioExperiment experiment =
        ScenarioExperiment.open(scenario(THREE), LabServer.address())) {
      Chooser killsB =
          (decision, soFar) ->
              switch (soFar.events().size()) {
                case 0 -> decision.indexOf("A");
                case 1 -> decision.indexOf("C");
                case 2 -> killOf("B", decision);
                default -> Math.max(0, decision.indexOf(decision.last()));
              };
      Run run = experiment.run(killsB);
      Found found = new Found(run, experiment.judge(run));

      assertThat(found.outcome().fails()).isTrue();
      Found smallest = Shrinker.shrink(experiment, found, 200);

      assertThat(smallest.run().events()).noneMatch(event -> event.option().turn().isFault());
      assertThat(smallest.outcome().broken()).isEqualTo(found.outcome().broken());
    }
  }

  @Test
  void anActorThatTheInvariantAsksForIsKept() throws Exception {
    String text =
        SETUP
            + deposit("A", 1)
            + deposit("B", 2)
            + deposit("C", 1)
            + "invariant \"all three are there\" { SELECT sum(balance) = 230 FROM account }\n";
    try (ScenarioExperiment experiment =
        ScenarioExperiment.open(scenario(text), LabServer.address())) {
      Found found = run(experiment, "A", "C", "B", "A", "C", "B", "A", "B", "C");

      assertThat(found.outcome().fails()).isTrue();
      Found smallest = Shrinker.shrink(experiment, found, 200);

      assertThat(new HashSet<>(smallest.run().order())).isEqualTo(Set.of("A", "B", "C"));
      assertThat(smallest.run().preemptions()).isEqualTo(1);
    }
  }

  private static int killOf(String actor, Decision decision) {
    return IntStream.range(0, decision.options().size())
        .filter(at -> decision.options().get(at).actor().equals(actor))
        .filter(at -> decision.options().get(at).turn() == Turn.KILL)
        .findFirst()
        .orElse(Chooser.CUT);
  }

  private static Found run(ScenarioExperiment experiment, String... order) throws Exception {
    Run run =
        experiment.run(
            (decision, soFar) -> {
              int at = soFar.events().size();
              int wanted = at < order.length ? decision.indexOf(order[at]) : -1;
              return wanted >= 0 ? wanted : Math.max(0, decision.indexOf(decision.last()));
            });
    return new Found(run, experiment.judge(run));
  }

  private static Scenario scenario(String text) {
    return ScenarioParser.parse(
        "test",
        text.replace(
            "INSERT INTO account", "CREATE TABLE done (account int); INSERT INTO account"));
  }

  private static String deposit(String name, int account) {
    return """
    session %1$s
    step %1$s_begin { BEGIN; }
    step %1$s_read { SELECT balance FROM account WHERE id = %2$d; }
    step %1$s_write { UPDATE account SET balance = :balance + 10 WHERE id = %2$d; INSERT INTO done VALUES (%2$d); }
    step %1$s_end { COMMIT; }
    """
        .formatted(name, account);
  }
}
