package dev.aftercommit.lab.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Token;
import dev.aftercommit.lab.search.Verdict;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogueTest {

  private static final Explorer.Progress SILENT = (runs, failing, perSecond) -> {};

  /** Enough to find each failure that is expected, and to exhaust what is expected to hold. */
  private static final Budget BUDGET =
      new Budget(5_000, Duration.ofSeconds(30), Budget.ALL, Duration.ZERO);

  static Stream<Arguments> everyLevel() {
    return Library.entries().stream()
        .flatMap(
            entry -> Stream.of(Level.values()).map(level -> Arguments.of(entry.name(), level)));
  }

  @ParameterizedTest
  @MethodSource("everyLevel")
  void theVerdictIsTheOneThatIsListed(String name, Level level) throws Exception {
    Verdict expected =
        Library.entries().stream()
            .filter(entry -> entry.name().equals(name))
            .map(entry -> entry.expected().get(level.digit()))
            .findFirst()
            .orElseThrow();
    Scenario scenario = Library.find(name).at(level);
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, LabServer.addresses())) {
      Exploration found = Explorer.explore(experiment, experiment.relation(), BUDGET, SILENT);

      assertThat(found.verdict()).as("%s %s", found.reason(), found.outcomes()).isEqualTo(expected);
      Found failure = found.failure();
      if (failure != null) {
        repeats(scenario, experiment, failure);
      }
    }
  }

  private static void repeats(Scenario scenario, ScenarioExperiment experiment, Found failure)
      throws Exception {
    Token token =
        Token.decode(
            Token.of(scenario.text(), scenario.level().digit(), scenario.actors(), failure)
                .encoded());
    for (int i = 0; i < 3; i++) {
      Found again = token.replay(experiment);

      assertThat(token.repeats(again)).isTrue();
      assertThat(again.outcome()).isEqualTo(failure.outcome());
    }
  }
}
