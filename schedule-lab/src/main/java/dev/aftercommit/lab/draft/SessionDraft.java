package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A drafted session.
 *
 * @param name its name in the scenario and the diagram
 * @param unit what it was drafted from
 * @param steps in order
 */
record SessionDraft(String name, Unit unit, List<DraftStep> steps) {

  /**
   * Drafts a session.
   *
   * @param letter begins the names of its steps
   */
  static SessionDraft of(String name, String letter, Unit unit, RowHistory history) {
    List<DraftStep> steps = new ArrayList<>();
    ValueFlow flow = new ValueFlow(history);
    for (LoggedTransaction transaction : unit.transactions()) {
      for (LoggedStatement statement : transaction.statements()) {
        SqlText sql = statement.begins() ? begin(statement, transaction) : statement.sql();
        if (belongs(statement)) {
          DraftStep step =
              new DraftStep(
                  "%s%d-%s".formatted(letter, steps.size() + 1, verb(statement)),
                  statement,
                  transaction,
                  sql);
          if (statement.failed()) {
            step.notes().add("it failed: " + statement.error());
          } else {
            flow.follow(step);
          }
          steps.add(step);
        }
      }
    }
    return new SessionDraft(name, unit, List.copyOf(steps));
  }

  /** Settings of the session say nothing about rows. */
  private static boolean belongs(LoggedStatement statement) {
    return statement.isData()
        || statement.ends()
        || statement.begins()
        || statement.has(Statement.Kind.ROLLBACK)
        || statement.statements().stream()
            .anyMatch(s -> List.of("savepoint", "release").contains(s.words().getFirst()));
  }

  private static SqlText begin(LoggedStatement statement, LoggedTransaction transaction) {
    boolean alone = statement.statements().size() == 1;
    return !alone
        ? statement.sql()
        : SqlText.of(
            transaction.level() == Level.READ_COMMITTED
                ? "BEGIN"
                : "BEGIN ISOLATION LEVEL " + transaction.level().title());
  }

  private static String verb(LoggedStatement statement) {
    return statement.statements().isEmpty()
        ? "empty"
        : statement.statements().getFirst().words().getFirst().replaceAll("\\W", "");
  }
}
