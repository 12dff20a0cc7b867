package dev.aftercommit.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.Python;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Token;
import dev.aftercommit.lab.search.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Programs with psycopg2, redis-py and pika, as they are. */
class PythonExamplesTest {

  private static final Path FOLDER = Path.of("examples/python").toAbsolutePath();
  private static final Budget BUDGET =
      new Budget(5_000, Duration.ofMinutes(2), Budget.ALL, Duration.ZERO);

  private static Path python;

  @BeforeAll
  static void findPython() {
    python = Python.find();
  }

  @Test
  void twoProgramsLoseADepositAndTheTokenRepeatsIt() throws Exception {
    Scenario scenario = ScenarioParser.parse("lost-update", text("lost-update.spec"));
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, LabServer.addresses())) {
      Exploration found = explore(experiment);
      Found failure = Objects.requireNonNull(found.failure(), found.reason());
      Token token = Token.of(scenario.text(), 0, scenario.actors(), failure);

      Found again = repeat(experiment, token, scenario.actors());
      assertThat(token.repeats(again)).isTrue();
      assertThat(again.outcome()).isEqualTo(failure.outcome());
    }
  }

  @Test
  void whoLocksTheRowFirstLosesNothing() throws Exception {
    Exploration found =
        explore(
            text("lost-update.spec")
                .replace("deposit.py 10", "deposit.py 10 --lock")
                .replace("deposit.py 20", "deposit.py 20 --lock"),
            Level.READ_COMMITTED);

    assertThat(found.verdict()).as(found.reason()).isEqualTo(Verdict.HOLDS);
    assertThat(found.schedules()).isGreaterThan(1);
  }

  @Test
  void theExitCodeAndTheLastLineOfAProgramArePartOfHowAScheduleEnds() throws Exception {
    Exploration found = explore(text("lost-update.spec"), Level.REPEATABLE_READ);

    assertThat(Objects.requireNonNull(found.failure(), found.reason()).outcome().state())
        .contains("exit 1 psycopg2.errors.SerializationFailure: could not serialize access");
  }

  @Test
  void aReaderWhoMissedTheKeyLeavesTheCacheStale() throws Exception {
    String text = text("stale-cache.spec");
    String filled = text.replace("redis { }", "redis { SET account:1 100 }");

    Exploration found = explore(text, Level.READ_COMMITTED);
    assertThat(Objects.requireNonNull(found.failure(), found.reason()).outcome().state())
        .contains("(account:1,100)");
    assertThat(explore(filled, Level.READ_COMMITTED).verdict()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void aKilledConsumerIsStartedAgainAndDepositsTwiceWithoutAnInbox() throws Exception {
    String text = text("killed-consumer.spec");

    Exploration found = explore(text, Level.READ_COMMITTED);
    Found failure = Objects.requireNonNull(found.failure(), found.reason());
    assertThat(failure.run().events().stream().map(Event::option).map(option -> option.turn()))
        .contains(Turn.KILL);
    assertThat(failure.outcome().state()).contains("account (1,120)");

    Exploration once =
        explore(text.replace("consumer.py", "consumer.py --inbox"), Level.READ_COMMITTED);
    assertThat(once.verdict()).as(once.reason()).isEqualTo(Verdict.HOLDS);
  }

  /** The file, for any working directory. */
  private static String text(String file) throws Exception {
    return Files.readString(FOLDER.resolve(file)).replace("python3 ", python + " " + FOLDER + "/");
  }

  private static Exploration explore(String text, Level level) throws Exception {
    Scenario scenario = ScenarioParser.parse("test", text).at(level);
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, LabServer.addresses())) {
      return explore(experiment);
    }
  }

  private static Exploration explore(ScenarioExperiment experiment) throws Exception {
    return Explorer.explore(
        experiment, experiment.relation(), BUDGET, (runs, failing, perSecond) -> {});
  }

  private static Found repeat(ScenarioExperiment experiment, Token token, List<String> actors)
      throws Exception {
    var run = experiment.run(Token.decode(token.encoded()).chooser(actors));
    return new Found(run, experiment.judge(run));
  }
}
