package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.engine.Body;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.scenario.Scenario.Condition;
import dev.aftercommit.lab.scenario.Scenario.Session;
import dev.aftercommit.lab.scenario.Scenario.SessionStep;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGNotification;
import org.postgresql.util.ServerErrorMessage;

/**
 * A session of a scenario file: runs its steps, one connection to each server. {@code :name} in a
 * step stands for that column in the first row of the session's latest result that has it, quoted;
 * NULL if there was no row. A command's answer is {@code :value}, the message in hand {@code
 * :message}, and {@code name=value} in it {@code :name}. {@code :failed} is the code of the error
 * of the step before, NULL if there was none; {@code :LAST_ERROR_SQLSTATE} that of the session's
 * latest error, 00000 if there was none.
 */
final class SessionActor implements Player {

  private static final String FAILED = "failed";
  private static final String LAST_ERROR = "LAST_ERROR_SQLSTATE";
  private static final String MESSAGE = "message";

  private final Session session;
  private final Links links;
  private final Controller controller;

  private final Map<String, @Nullable String> variables = new HashMap<>();
  private final List<StepResult> results = new ArrayList<>();
  private final Set<String> passed = new HashSet<>();

  /** What a step gave: its result or error, and what came with it. */
  record StepResult(
      String step,
      List<Table> tables,
      @Nullable Exception error,
      List<ServerErrorMessage> notices,
      List<PGNotification> notifications) {

    StepResult(String step, List<Table> tables, @Nullable Exception error) {
      this(step, tables, error, List.of(), List.of());
    }

    /** What tells the error from others; empty if there was none. */
    String code() {
      return switch (error) {
        case null -> "";
        case SQLException sql -> String.valueOf(sql.getSQLState());
        case StepFailure failure -> failure.code();
        default -> error.getClass().getSimpleName();
      };
    }
  }

  SessionActor(Session session, Links links, Controller controller) {
    this.session = session;
    this.links = links;
    this.controller = controller;
  }

  String name() {
    return session.name();
  }

  /** The id of the server's process for the session. */
  int backend() throws SQLException {
    return links.database().backend();
  }

  /** What the steps of this run gave so far, in their order. */
  synchronized List<StepResult> results() {
    return List.copyOf(results);
  }

  /** Whether this run is past the step: it was answered, or its condition left it out. */
  synchronized boolean hasPassed(String step) {
    return passed.contains(step);
  }

  /** Forgets the last run and brings the session to where its steps begin; past the gate. */
  List<Table> prepare(boolean discard) throws SQLException {
    synchronized (this) {
      results.clear();
      passed.clear();
    }
    forget();
    if (discard) {
      execute("DISCARD ALL");
    }
    String setup = session.setup();
    return setup == null ? List.of() : execute(setup);
  }

  @Override
  public void begin(boolean discard) throws SQLException {
    prepare(discard);
  }

  private void forget() {
    variables.clear();
    variables.put(LAST_ERROR, "00000");
  }

  @Override
  public void giveBack() throws SQLException {
    if (controller.hasOpenTransaction(session.name())) {
      execute("ROLLBACK");
    }
    QueueLink queue = links.queue();
    if (queue != null) {
      queue.prepare();
    }
  }

  /** Undoes what the session has set up. */
  List<Table> cleanUp() throws SQLException {
    String teardown = session.teardown();
    return teardown == null ? List.of() : execute(teardown);
  }

  private List<Table> execute(String sql) throws SQLException {
    try (Statement statement = links.database().connection().createStatement()) {
      return Table.all(statement, sql);
    }
  }

  /** All of its steps, and the end of a transaction that they leave open. */
  @Override
  public Body body() {
    return new Body() {
      @Override
      public void run() throws Exception {
        forget();
        try {
          act();
        } finally {
          if (controller.isKilled(session.name())) {
            // A process that begins anew has none of the old one's connections.
            links.close();
          }
        }
      }

      @Override
      public boolean restarts() {
        return session.restarts();
      }
    };
  }

  private void act() throws Exception {
    QueueLink queue = links.queue();
    if (queue == null || session.consumes() == null) {
      runAll();
      return;
    }
    queue.connect();
    while (mayGoOn() && controller.awaitDelivery(session.name())) {
      received(queue.take());
      runAll();
    }
  }

  private void received(String message) {
    variables.put(MESSAGE, message);
    for (String word : message.split("\\s+", -1)) {
      String[] parts = word.split("=", 2);
      if (parts.length == 2) {
        variables.put(parts[0], parts[1]);
      }
    }
  }

  private void runAll() throws SQLException, InterruptedException {
    runExactly(session.steps());
    if (mayGoOn() && controller.hasOpenTransaction(session.name())) {
      execute("ROLLBACK");
    }
  }

  /**
   * Runs the steps and leaves the transaction as it is; an error of one does not keep the next from
   * running, as in psql.
   */
  void runExactly(List<SessionStep> steps) throws SQLException, InterruptedException {
    for (SessionStep step : steps) {
      if (isWanted(step.condition()) && !run(step)) {
        return;
      }
      synchronized (this) {
        passed.add(step.name());
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

  private boolean run(SessionStep step) throws SQLException, InterruptedException {
    StepResult result;
    try {
      result =
          step.kind() == SessionStep.Kind.SQL
              ? query(step)
              : new StepResult(step.name(), List.of(send(step)), null);
    } catch (StepFailure e) {
      result = new StepResult(step.name(), List.of(), e);
    }
    if (result.error() != null && !mayGoOn()) {
      return false;
    }
    result.tables().forEach(table -> table.firstRowInto(variables));
    variables.put(FAILED, result.error() == null ? null : result.code());
    if (result.error() != null) {
      variables.put(LAST_ERROR, result.code());
    }
    synchronized (this) {
      results.add(result);
    }
    return true;
  }

  private StepResult query(SessionStep step) throws SQLException {
    List<Table> tables = List.of();
    SQLException error = null;
    List<ServerErrorMessage> notices = List.of();
    SqlLink database = links.database();
    try (Statement statement = database.connection().createStatement()) {
      try {
        tables = Table.all(statement, Variables.fill(step.text(), variables));
      } catch (SQLException e) {
        error = e;
      }
      if (!statement.isClosed()) {
        notices = SqlLink.notices(statement);
      }
    }
    // The driver takes as long to look for them as a step takes.
    List<PGNotification> notifications = session.listens() ? database.notifications() : List.of();
    return new StepResult(step.name(), tables, error, notices, notifications);
  }

  private Table send(SessionStep step) throws StepFailure, InterruptedException {
    RedisLink redis = links.redis();
    QueueLink queue = links.queue();
    String text = Variables.insert(step.text(), variables);
    if (step.kind() == SessionStep.Kind.REDIS && redis != null) {
      return redis.run(text);
    }
    if (queue == null) {
      throw new IllegalStateException(
          "Step %s needs a server that is not there: %s".formatted(step.name(), step.kind()));
    }
    if (step.kind() == SessionStep.Kind.PUBLISH) {
      String[] parts = text.split("\\s+", 2);
      queue.publish(parts[0], parts.length == 2 ? parts[1] : "");
    } else {
      queue.settle(step.kind() == SessionStep.Kind.ACK);
    }
    return new Table(List.of(), List.of());
  }

  @Override
  public List<String> errors() {
    return results().stream()
        .filter(result -> result.error() != null)
        .map(result -> result.step() + ": " + result.code())
        .toList();
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
    links.close();
  }
}
