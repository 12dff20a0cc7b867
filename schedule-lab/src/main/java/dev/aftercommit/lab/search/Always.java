package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Decision;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.postgres.SqlStep;
import dev.aftercommit.lab.sql.Effect;
import dev.aftercommit.lab.sql.Statement;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Asks what must hold at all times: after each event that may have committed something, before the
 * next one is decided. The end is judged by the experiment itself. A search over such invariants
 * needs a relation in which commits conflict.
 */
public final class Always {

  /** Asks the invariants. */
  @FunctionalInterface
  public interface Question {

    /** The names of those that do not hold now. */
    List<String> broken() throws SQLException;
  }

  private final Question question;
  private final Set<String> broken = new LinkedHashSet<>();

  /** Asks nothing yet. */
  public Always(Question question) {
    this.question = question;
  }

  /** The same decisions, with the question asked before those that follow a commit. */
  public Chooser around(Chooser chooser) {
    broken.clear();
    return (Decision decision, Run.Progress soFar) -> {
      if (!soFar.events().isEmpty() && mayCommit(soFar.events().getLast())) {
        broken.addAll(question.broken());
      }
      return chooser.choose(decision, soFar);
    };
  }

  /** What did not hold at some time of the last run. */
  public Set<String> broken() {
    return broken;
  }

  private static boolean mayCommit(Event event) {
    return event.option().turn().isFault()
        || (!event.waits() && mayCommit(event.option().step()))
        || event.woken().stream().anyMatch(woken -> mayCommit(woken.step()));
  }

  private static boolean mayCommit(Step step) {
    if (step instanceof SqlStep sql) {
      return sql.kind() == SqlStep.Kind.AUTOCOMMIT_COMMIT
          || sql.statements().stream()
              .map(Statement::kind)
              .anyMatch(kind -> kind == Statement.Kind.COMMIT || kind == Statement.Kind.OTHER);
    }
    Effect effect = step.effect();
    return effect.everything() || !effect.finishes().isEmpty();
  }
}
