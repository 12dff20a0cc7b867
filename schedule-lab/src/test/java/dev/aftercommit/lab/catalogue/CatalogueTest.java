package dev.aftercommit.lab.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Outcome;
import dev.aftercommit.lab.search.Token;
import dev.aftercommit.lab.search.Verdict;
import dev.aftercommit.lab.sql.Relation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogueTest {

  private static final Explorer.Progress SILENT = (runs, failing, perSecond) -> {};

  /** Enough to find each failure that is expected, and to exhaust what is expected to hold. */
  private static final Budget BUDGET =
      new Budget(5_000, Duration.ofSeconds(30), Budget.ALL, Duration.ZERO);

  private static final Budget ALL =
      new Budget(5_000, Duration.ofSeconds(30), Budget.ALL, Duration.ofSeconds(30));

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
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, LabServer.address())) {
      Exploration found = Explorer.explore(experiment, experiment.relation(), BUDGET, SILENT);

      assertThat(found.verdict()).as("%s %s", found.reason(), found.outcomes()).isEqualTo(expected);
      System.out.printf(
          "%s %s %s: %d schedules (%d cut), %d runs, %.0f/s%n",
          name,
          level,
          found.verdict(),
          found.schedules(),
          found.cut(),
          found.runs(),
          found.perSecond());
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
      Run run = experiment.run(token.chooser(scenario.actors()));
      Found again = new Found(run, experiment.judge(run));

      assertThat(token.repeats(again)).isTrue();
      assertThat(again.outcome()).isEqualTo(failure.outcome());
    }
  }

  static Stream<Arguments> everyReducedLevel() {
    List<Arguments> all = new ArrayList<>();
    for (Library.Entry entry : Library.entries()) {
      // Three actors take minutes without reduction.
      if (Library.find(entry.name()).actors().size() == 2) {
        all.add(Arguments.of(entry.name(), Level.READ_COMMITTED));
        all.add(Arguments.of(entry.name(), Level.REPEATABLE_READ));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("everyReducedLevel")
  void whatIsLeftOutEndsAsSomethingThatIsRun(String name, Level level) throws Exception {
    try (ScenarioExperiment experiment =
        ScenarioExperiment.open(Library.find(name).at(level), LabServer.address())) {
      Relation relation = experiment.relation();
      Exploration naive = Explorer.explore(experiment, null, ALL, SILENT);
      Exploration reduced = Explorer.explore(experiment, relation, ALL, SILENT);

      assertThat(relation).isNotNull();
      assertThat(reduced.verdict()).as(reduced.reason()).isEqualTo(naive.verdict());
      assertThat(states(reduced)).isEqualTo(states(naive));
      assertThat(reduced.schedules()).isLessThanOrEqualTo(naive.schedules());
      System.out.printf(
          "%s %s: %d of %d schedules, %.0f/s%n",
          name, level, reduced.schedules(), naive.schedules(), naive.perSecond());
    }
  }

  private static Set<String> states(Exploration exploration) {
    Set<String> states = new TreeSet<>();
    for (Outcome outcome : exploration.outcomes().keySet()) {
      states.add(outcome.state());
    }
    return states;
  }
}
