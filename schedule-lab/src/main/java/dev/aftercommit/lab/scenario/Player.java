package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.engine.Body;
import java.sql.SQLException;
import java.util.List;

/** What acts for a session, once per schedule. */
interface Player extends AutoCloseable {

  /** Gives back what a run that was ended early has left; past the gate. */
  void giveBack() throws SQLException;

  /**
   * Forgets the last run and gets ready for the next; past the gate.
   *
   * @param discard whether the last run may have changed the state of its connection
   */
  void begin(boolean discard) throws SQLException;

  /** What it does in a schedule. */
  Body body();

  /** What went wrong for it in the last run: where, and a text that is equal for equal errors. */
  List<String> errors();

  @Override
  void close() throws SQLException;
}
