package dev.aftercommit.lab.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One schedule that was run.
 *
 * @param events what happened, in order
 * @param decisions what could have happened at each event
 * @param end how it ended
 * @param reason says more about the end; empty if it is complete
 * @param failures what actors threw, by actor
 */
public record Run(
    List<Event> events,
    List<Decision> decisions,
    End end,
    String reason,
    Map<String, Throwable> failures) {

  /** How a run ends. */
  public enum End {
    /** Every actor reached its end. */
    COMPLETE,
    /** The chooser ended it. */
    CUT,
    /** Nobody can go on, and the server would not end it: actors wait for what nobody releases. */
    STUCK,
    /** Something happened that cannot be scheduled; it proves nothing. */
    UNSOUND
  }

  /** The part of a run that has happened so far. */
  public record Progress(List<Event> events, List<Decision> decisions) {}

  /** How often an actor was interrupted though it could have gone on. */
  public int preemptions() {
    int count = 0;
    for (int at = 0; at < events.size(); at++) {
      Decision decision = decisions.get(at);
      boolean couldGoOn = decision.indexOf(decision.last()) >= 0;
      count += couldGoOn && !events.get(at).option().actor().equals(decision.last()) ? 1 : 0;
    }
    return count;
  }

  /** Who of these did nothing. */
  public Set<String> idle(List<String> actors) {
    Set<String> idle = new HashSet<>(actors);
    order().forEach(idle::remove);
    return idle;
  }

  /** Who acted, in order. */
  public List<String> order() {
    return events.stream().map(event -> event.option().actor()).toList();
  }
}
