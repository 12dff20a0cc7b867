package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.observe.Observation;
import dev.aftercommit.lab.sql.Relation;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Something that can be run again and again from the same beginning. */
public interface Experiment {

  /** Who takes part, in the order of the options. */
  List<String> actors();

  /** Schedules that are run before all others, since somebody has seen them. */
  default List<Chooser> seeds() {
    return List.of();
  }

  /** Puts everything back and runs one schedule. */
  Run run(Chooser chooser) throws SQLException, InterruptedException;

  /** Whether {@link #run(Chooser, Set)} leaves actors out. */
  default boolean mayBeIdle() {
    return false;
  }

  /** The same, in which some actors do nothing; where that is not possible, all act. */
  default Run run(Chooser chooser, Set<String> idle) throws SQLException, InterruptedException {
    return run(chooser);
  }

  /** Judges the state that the last run has left. */
  Outcome judge(Run run) throws SQLException;

  /** What can be seen now, while no actor runs; for drawings only. */
  default Observation observe() throws SQLException {
    return Observation.NOTHING;
  }

  /** How many faults one schedule has at most. */
  default int faults() {
    return 0;
  }

  /** Which steps may be swapped; null if that is not known, and then every order is run. */
  @Nullable Relation relation() throws SQLException;
}
