package dev.aftercommit.lab.search;

import dev.aftercommit.lab.database.LabDatabase;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.sql.Statement;
import java.sql.SQLException;
import java.util.List;

/**
 * What every schedule begins with. Between two of them rows are put back; if anything else may have
 * changed, everything is made anew.
 */
public final class Fixture {

  private final LabDatabase database;
  private final List<String> setup;
  private boolean rebuild = true;

  /**
   * Touches nothing yet.
   *
   * @param setup the SQL that makes it, block by block
   */
  public Fixture(LabDatabase database, List<String> setup) {
    this.database = database;
    this.setup = setup;
  }

  /** Makes the database as it was; no actor may have a transaction open. */
  public void putBack() throws SQLException {
    if (!rebuild) {
      database.restore();
      return;
    }
    database.clear();
    for (String block : setup) {
      database.execute(block);
    }
    database.keep();
    rebuild = false;
  }

  /** Takes note of what a run may have changed. */
  public void changedBy(Run run) {
    rebuild =
        run.events().stream()
            .flatMap(event -> event.option().step().statements().stream())
            .anyMatch(statement -> statement.kind() == Statement.Kind.OTHER);
  }
}
