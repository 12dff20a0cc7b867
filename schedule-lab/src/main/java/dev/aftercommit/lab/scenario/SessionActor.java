package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.scenario.Scenario.Session;
import dev.aftercommit.lab.scenario.Scenario.SqlStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLWarning;

/**
 * A session of a scenario file: runs its steps on one connection. {@code :name} in a step stands
 * for that column in the first row of the session's latest result that has it, quoted; NULL if
 * there was no row.
 */
final class SessionActor implements AutoCloseable {

  private final Session session;
  private final Connection connection;
  private final Controller controller;
  private final Map<String, @Nullable String> variables = new HashMap<>();
  private final List<StepResult> results = new ArrayList<>();

  /** What a step gave: its result or error, and the notices that came with it. */
  record StepResult(
      String step,
      String sql,
      List<Table> tables,
      @Nullable SQLException error,
      List<String> notices) {}

  SessionActor(Session session, Connection connection, Controller controller) {
    this.session = session;
    this.connection = connection;
    this.controller = controller;
  }

  String name() {
    return session.name();
  }

  /** What the steps of this run gave so far, in their order. */
  synchronized List<StepResult> results() {
    return List.copyOf(results);
  }

  /** Forgets the last run and brings the session to where its steps begin; past the gate. */
  List<Table> prepare(boolean discard) throws SQLException {
    synchronized (this) {
      results.clear();
    }
    variables.clear();
    if (discard) {
      execute("DISCARD ALL");
    }
    String setup = session.setup();
    return setup == null ? List.of() : execute(setup);
  }

  /** Gives back the locks of a run that was ended early. */
  void rollBack() throws SQLException {
    if (controller.hasOpenTransaction(session.name())) {
      execute("ROLLBACK");
    }
  }

  /** Undoes what the session has set up. */
  List<Table> cleanUp() throws SQLException {
    String teardown = session.teardown();
    return teardown == null ? List.of() : execute(teardown);
  }

  private List<Table> execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return Table.all(statement, sql);
    }
  }

  /** Runs the steps; an error of one does not keep the next from running, as in psql. */
  void run(List<SqlStep> steps) throws SQLException {
    runExactly(steps);
    if (!controller.isOver() && controller.hasOpenTransaction(session.name())) {
      execute("ROLLBACK");
    }
  }

  /** Runs the steps and leaves the transaction as it is. */
  void runExactly(List<SqlStep> steps) throws SQLException {
    for (SqlStep step : steps) {
      if (!run(step)) {
        return;
      }
    }
  }

  String sqlOf(String step) {
    return session.steps().stream()
        .filter(candidate -> candidate.name().equals(step))
        .map(SqlStep::sql)
        .findFirst()
        .orElse("");
  }

  private boolean run(SqlStep step) throws SQLException {
    List<Table> tables = List.of();
    SQLException error = null;
    List<String> notices = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      try {
        tables = Table.all(statement, Variables.fill(step.sql(), variables));
      } catch (SQLException e) {
        if (controller.isOver()) {
          return false;
        }
        error = e;
      }
      for (SQLWarning warning = statement.getWarnings();
          warning != null;
          warning = warning.getNextWarning()) {
        if (warning instanceof PSQLWarning notice) {
          notices.add(
              "%s: %s:  %s"
                  .formatted(
                      session.name(),
                      notice.getServerErrorMessage().getSeverity(),
                      notice.getServerErrorMessage().getMessage()));
        }
      }
    }
    tables.forEach(table -> table.firstRowInto(variables));
    synchronized (this) {
      results.add(new StepResult(step.name(), step.sql(), tables, error, notices));
    }
    return true;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
