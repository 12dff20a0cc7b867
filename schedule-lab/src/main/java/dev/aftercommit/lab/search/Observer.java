package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Decision;
import dev.aftercommit.lab.engine.Option;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.observe.Observation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs one schedule again and looks around before the first step and after each. The search does
 * not look, which would cost it more than the steps.
 */
public final class Observer implements Chooser {

  private final Experiment experiment;
  private final Run wanted;
  private final List<Observation> seen = new ArrayList<>();
  private @Nullable SQLException failure;

  private Observer(Experiment experiment, Run wanted) {
    this.experiment = experiment;
    this.wanted = wanted;
  }

  /**
   * What could be seen at each moment of a schedule.
   *
   * @return one more than the schedule has events; empty if it did not go the same way again
   */
  public static List<Observation> observe(Experiment experiment, Run run)
      throws SQLException, InterruptedException {
    Observer observer = new Observer(experiment, run);
    Run again = experiment.run(observer, run.idle(experiment.actors()));
    SQLException failed = observer.failure;
    if (failed != null) {
      throw failed;
    }
    if (again.end() != run.end() || !again.order().equals(run.order())) {
      return List.of();
    }
    observer.seen.add(experiment.observe());
    return List.copyOf(observer.seen);
  }

  @Override
  public int choose(Decision decision, Run.Progress soFar) {
    int now = soFar.events().size();
    if (now >= wanted.events().size()) {
      return CUT;
    }
    try {
      seen.add(experiment.observe());
    } catch (SQLException e) {
      failure = e;
      return CUT;
    }
    Option chosen = wanted.events().get(now).option();
    Decision then = wanted.decisions().get(now);
    return decision.indexOf(chosen.actor(), then.variantOf(then.options().indexOf(chosen)));
  }
}
