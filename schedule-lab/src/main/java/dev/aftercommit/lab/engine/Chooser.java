package dev.aftercommit.lab.engine;

import java.sql.SQLException;

/** Decides what happens next. */
@FunctionalInterface
public interface Chooser {

  /** Ends the run here. */
  int CUT = -1;

  /**
   * Decides.
   *
   * @param decision what can happen
   * @param soFar what has happened
   * @return the place of the option that shall happen, or {@link #CUT}
   */
  int choose(Decision decision, Run.Progress soFar) throws SQLException;
}
