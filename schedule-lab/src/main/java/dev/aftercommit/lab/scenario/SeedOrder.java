package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Decision;
import dev.aftercommit.lab.engine.Run;
import java.util.List;
import java.util.Map;

/**
 * Keeps as near as possible to an order of steps: the first of them that is not over and whose
 * session can go on is next. A step that waits is passed over until it is woken.
 */
record SeedOrder(List<String> steps, Map<String, SessionActor> sessionOf) implements Chooser {

  @Override
  public int choose(Decision decision, Run.Progress soFar) {
    for (String step : steps) {
      SessionActor session = sessionOf.get(step);
      int option = session == null ? -1 : decision.indexOf(session.name());
      if (session != null && option >= 0 && !session.hasPassed(step)) {
        return option;
      }
    }
    return 0;
  }
}
