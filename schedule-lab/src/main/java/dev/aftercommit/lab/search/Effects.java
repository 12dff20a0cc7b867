package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.postgres.SqlStep;
import dev.aftercommit.lab.sql.Effect;
import dev.aftercommit.lab.sql.Relation;
import dev.aftercommit.lab.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What each event of a run did, the statements included that it woke. What an actor has touched is
 * never forgotten, not even after its commit: that is more than needed, and holds for several
 * connections too.
 */
final class Effects {

  private final Relation relation;
  private final Map<String, Set<String>> touched = new HashMap<>();
  private final List<Effect> found = new ArrayList<>();
  private boolean anything;

  Effects(Relation relation) {
    this.relation = relation;
  }

  /** The effects of the events, in their order. */
  static List<Effect> of(Relation relation, List<Event> events) {
    Effects effects = new Effects(relation);
    events.forEach(effects::add);
    return effects.found;
  }

  private void add(Event event) {
    Effect effect = effectOf(event.option().actor(), event.option().step(), event.reply());
    for (Event.Completion woken : event.woken()) {
      effect = effect.and(effectOf(woken.actor(), woken.step(), woken.reply()));
    }
    // What unknown statements have created is not in the catalogue.
    anything |= effect.everything() || event.option().victim();
    // A fault uses up what may go wrong, ends transactions and gives messages back.
    boolean fault = event.option().turn().isFault();
    found.add(anything || fault ? Effect.EVERYTHING : relation.judged(effect));
  }

  private Effect effectOf(String actor, Step step, @Nullable Reply reply) {
    return step instanceof SqlStep sql ? effectOf(actor, sql, reply) : step.effect();
  }

  private Effect effectOf(String actor, SqlStep step, @Nullable Reply reply) {
    Set<String> mine = touched.computeIfAbsent(actor, name -> new HashSet<>());
    boolean commits = step.kind() == SqlStep.Kind.AUTOCOMMIT_COMMIT;
    boolean finishes =
        commits
            || step.kind() == SqlStep.Kind.DISCONNECT
            // A failed statement has given back the locks of its transaction.
            || (reply != null && reply.failed());
    Effect effect = Effect.NONE;
    for (Statement statement : step.statements()) {
      if (!commits) {
        effect = effect.and(relation.effectOf(actor, statement));
      }
      finishes |=
          statement.kind() == Statement.Kind.COMMIT || statement.kind() == Statement.Kind.ROLLBACK;
    }
    mine.addAll(effect.locks());
    return finishes ? effect.and(Effect.finishing(mine)) : effect;
  }
}
