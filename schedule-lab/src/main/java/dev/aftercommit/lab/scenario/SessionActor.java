package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.engine.Body;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.scenario.Scenario.Condition;
import dev.aftercommit.lab.scenario.Scenario.Session;
import dev.aftercommit.lab.scenario.Scenario.SessionStep;
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
 * A session of a scenario file: runs its steps, one connection to each server. {@code :name} in a
 * step stands for that column in the first row of the session's latest result that has it, quoted;
 * NULL if there was no row. {@code :failed} is the code of the error of the step before, NULL if
 * there was none; {@code :LAST_ERROR_SQLSTATE} that of the session's latest error, 00000 if there
 * was none.
 */
final class SessionActor implements AutoCloseable {

  private static final String FAILED = "failed";
  private static final String LAST_ERROR = "LAST_ERROR_SQLSTATE";

  private final Session session;
  private final SqlLink database;
  private final Controller controller;
  private final Map<String, @Nullable String> variables = new HashMap<>();
  private final List<StepResult> results = new ArrayList<>();

  /** What a step gave: its result or error, and the notices that came with it. */
  record StepResult(
      String step, List<Table> tables, @Nullable SQLException error, List<String> notices) {}

  SessionActor(Session session, SqlLink database, Controller controller) {
    this.session = session;
    this.database = database;
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
    variables.put(LAST_ERROR, "00000");
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
    try (Statement statement = database.connection().createStatement()) {
      return Table.all(statement, sql);
    }
  }

  /** All of its steps, and the end of a transaction that they leave open. */
  Body body() {
    return new Body() {
      @Override
      public void run() throws SQLException {
        runExactly(session.steps());
        if (mayGoOn() && controller.hasOpenTransaction(session.name())) {
          execute("ROLLBACK");
        }
      }

      @Override
      public boolean restarts() {
        return session.restarts();
      }
    };
  }

  /**
   * Runs the steps and leaves the transaction as it is; an error of one does not keep the next from
   * running, as in psql.
   */
  void runExactly(List<SessionStep> steps) throws SQLException {
    for (SessionStep step : steps) {
      if (isWanted(step.condition()) && !run(step)) {
        return;
      }
    }
  }

  private boolean isWanted(@Nullable Condition condition) {
    return condition == null
        || condition.present() == (variables.get(condition.variable()) != null);
  }

  private boolean mayGoOn() {
    return !controller.isOver() && !controller.isKilled(session.name());
  }

  private boolean run(SessionStep step) throws SQLException {
    List<Table> tables = List.of();
    SQLException error = null;
    List<String> notices = new ArrayList<>();
    try (Statement statement = database.connection().createStatement()) {
      try {
        tables = Table.all(statement, Variables.fill(step.text(), variables));
      } catch (SQLException e) {
        if (!mayGoOn()) {
          return false;
        }
        error = e;
        variables.put(LAST_ERROR, e.getSQLState());
      }
      if (!statement.isClosed()) {
        notices.addAll(notices(statement));
      }
    }
    tables.forEach(table -> table.firstRowInto(variables));
    variables.put(FAILED, error == null ? null : error.getSQLState());
    synchronized (this) {
      results.add(new StepResult(step.name(), tables, error, notices));
    }
    return true;
  }

  private List<String> notices(Statement statement) throws SQLException {
    List<String> notices = new ArrayList<>();
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
    return notices;
  }

  String textOf(String step) {
    return session.steps().stream()
        .filter(candidate -> candidate.name().equals(step))
        .map(SessionStep::text)
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
