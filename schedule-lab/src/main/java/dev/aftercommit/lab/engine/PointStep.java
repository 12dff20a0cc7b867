package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.sql.Effect;
import java.util.Set;

/** A place in an actor's code that the code itself has named. */
record PointStep(String name, Effect effect) implements Step {

  @Override
  public String text() {
    return name;
  }

  @Override
  public String fingerprint() {
    return "point:" + name;
  }

  @Override
  public Set<Turn> faults() {
    return Set.of();
  }
}
