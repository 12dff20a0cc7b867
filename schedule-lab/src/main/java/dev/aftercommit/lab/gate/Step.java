package dev.aftercommit.lab.gate;

import dev.aftercommit.lab.sql.Effect;
import dev.aftercommit.lab.sql.Statement;
import java.util.List;
import java.util.Set;

/** What an actor is about to do: the smallest thing that is scheduled. */
public interface Step {

  /** What is done, with its values, in one line. */
  String text();

  /** The same for two runs that do the same with other values. */
  String fingerprint();

  /** What it says to the database; empty if it does not go there. */
  default List<Statement> statements() {
    return List.of();
  }

  /**
   * What it does outside the database, as soon as it is done. Names carry their server: {@code
   * redis:key}, {@code amqp:queue}.
   */
  default Effect effect() {
    return Effect.NONE;
  }

  /** What may become of it too since something has gone wrong before: no other fault. */
  default Set<Turn> aftermath() {
    return Set.of();
  }

  /** What can go wrong at it. */
  default Set<Turn> faults() {
    return Set.of(Turn.KILL);
  }
}
