package dev.aftercommit.lab.audit;

import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.scenario.ScenarioParser;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Comparison;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What the reduction must be right about: each scenario of the catalogue at the levels that are
 * reduced, and programs that were generated.
 */
public final class Audit {

  private static final List<Level> REDUCED = List.of(Level.READ_COMMITTED, Level.REPEATABLE_READ);

  private Audit() {}

  /** The scenarios of the catalogue. */
  public static List<Scenario> catalogue() {
    List<Scenario> scenarios = new ArrayList<>();
    for (Library.Entry entry : Library.entries()) {
      Scenario scenario = Library.find(entry.name());
      REDUCED.forEach(level -> scenarios.add(scenario.at(level)));
    }
    return scenarios;
  }

  /**
   * Generated programs, each at one level; the name says how to generate it again.
   *
   * @param seed of the first; the next ones follow
   * @param most orders that a program may have at most
   */
  public static List<Scenario> programs(int seed, int count, long most) {
    List<Scenario> scenarios = new ArrayList<>();
    for (int i = seed; i < seed + count; i++) {
      Random random = new Random(i);
      String text = Programs.generate(random, most);
      Level level = REDUCED.get(random.nextInt(REDUCED.size()));
      scenarios.add(ScenarioParser.parse("program of seed " + i, text).at(level));
    }
    return scenarios;
  }

  /** Runs both searches of one scenario; the budget is that of each. */
  public static Comparison compare(Scenario scenario, Addresses server, Budget budget)
      throws SQLException, InterruptedException {
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, server)) {
      return Comparison.of(experiment, budget);
    }
  }
}
