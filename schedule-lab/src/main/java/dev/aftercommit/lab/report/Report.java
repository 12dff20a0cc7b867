package dev.aftercommit.lab.report;

import dev.aftercommit.lab.observe.Observation;
import dev.aftercommit.lab.search.Experiment;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Observer;
import dev.aftercommit.lab.search.Verdict;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a search.
 *
 * @param name of the scenario
 * @param level as people write it
 * @param description what the scenario is about; may be empty
 * @param actors in the order of the columns
 * @param exploration what was found
 * @param replay how the schedule shown is run again
 * @param observations what could be seen at each moment of the schedule shown; empty if nobody
 *     looked
 */
public record Report(
    String name,
    String level,
    String description,
    List<String> actors,
    Exploration exploration,
    Replay replay,
    List<Observation> observations) {

  /** A report of a search alone: nobody has looked around. */
  public Report(
      String name,
      String level,
      String description,
      List<String> actors,
      Exploration exploration,
      Replay replay) {
    this(name, level, description, actors, exploration, replay, List.of());
  }

  /** The same, with what can be seen when the schedule shown is run once more. */
  public Report observed(Experiment experiment) throws SQLException, InterruptedException {
    Found shown = shown();
    return shown == null
        ? this
        : new Report(
            name,
            level,
            description,
            actors,
            exploration,
            replay,
            Observer.observe(experiment, shown.run()));
  }

  Surroundings surroundings() {
    return new Surroundings(observations);
  }

  /** The schedule to draw: the failing one, else one that does not fail; null if there is none. */
  public @Nullable Found shown() {
    Found failure = exploration.failure();
    return failure == null ? exploration.sample() : failure;
  }

  /** The verdict with everything that it holds for. */
  public String headline() {
    return switch (exploration.verdict()) {
      case FAILS ->
          "FAILS: %d of %d schedules%s break it"
              .formatted(
                  exploration.failing(),
                  exploration.schedules(),
                  exploration.reduced() ? " (swapped independent steps left out)" : "");
      case HOLDS -> "HOLDS: " + model();
      case BOUNDED -> "BOUNDED: none of %s fails; %s".formatted(model(), exploration.reason());
      case INCONCLUSIVE -> "INCONCLUSIVE: " + exploration.reason();
      case NONDETERMINISTIC -> "NONDETERMINISTIC: " + exploration.reason();
    };
  }

  private String model() {
    return "%s%d schedules%s, statement granularity, %s, %d actors, %s"
        .formatted(
            exploration.verdict() == Verdict.HOLDS ? "all " : "",
            exploration.schedules(),
            exploration.reduced() ? " that differ" : "",
            level,
            actors.size(),
            exploration.faults() == 0 ? "no faults" : "faults ≤ " + exploration.faults());
  }
}
