package dev.aftercommit.lab.gate.redis;

import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.sql.Effect;
import java.util.Set;

/**
 * What an actor is about to do in Redis: one command, one script, or one transaction from MULTI to
 * EXEC.
 *
 * @param text the commands as they can be typed
 * @param fingerprint the same without values; keys are kept
 * @param effect on keys, as {@code redis:key}, and {@code redis:*} for all there are
 */
public record RedisStep(String text, String fingerprint, Effect effect) implements Step {

  @Override
  public Set<Turn> faults() {
    return Set.of(Turn.KILL, Turn.REDIS_UNAVAILABLE);
  }
}
