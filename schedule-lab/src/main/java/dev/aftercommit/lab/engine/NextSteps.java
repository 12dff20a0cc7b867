package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.engine.ActorState.Pending;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells what can happen next, while nobody runs. */
final class NextSteps {

  private final Stage stage;
  private final LockMonitor monitor;

  NextSteps(Stage stage, LockMonitor monitor) {
    this.stage = stage;
    this.monitor = monitor;
  }

  /** What each actor can do next. */
  Map<String, List<Step>> possible() {
    Map<String, List<Step>> possible = new LinkedHashMap<>();
    stage.actors().forEach(actor -> possible.put(actor.name, actor.possible()));
    return possible;
  }

  /** What can happen: a deadlock is ended first, else any parked step or delivery. */
  List<Option> options(Map<String, List<Step>> possible, List<Event> events, Faults faults)
      throws SQLException {
    Map<String, List<String>> waits = new LinkedHashMap<>();
    for (String name : stage.running().keySet()) {
      waits.put(name, stage.actor(name).blockedBy);
    }
    List<String> cycle = new WaitGraph(waits).cycle();
    long faulty = events.stream().filter(event -> event.option().isFault()).count();
    List<Option> options = new ArrayList<>();
    for (ActorState actor : stage.actors()) {
      Pending inFlight = actor.inFlight;
      if (cycle.isEmpty()) {
        List<Step> steps = possible.getOrDefault(actor.name, List.of());
        steps.forEach(step -> options.add(new Option(actor.name, step, Turn.RUN)));
        for (Step step : steps) {
          step.aftermath().forEach(turn -> options.add(new Option(actor.name, step, turn)));
          faults
              .at(actor.name, step, faulty)
              .forEach(turn -> options.add(new Option(actor.name, step, turn)));
        }
      } else if (cycle.contains(actor.name) && inFlight != null) {
        options.add(new Option(actor.name, inFlight.step(), Turn.VICTIM));
      }
    }
    for (int i = 0; i < cycle.size(); i++) {
      checkHolds(cycle.get(i), cycle.get((i + 1) % cycle.size()));
    }
    return options;
  }

  /** A circle through a queue's order alone is no deadlock: the server would change the order. */
  private void checkHolds(String waiter, String holder) throws SQLException {
    Pending waiting = stage.actor(waiter).inFlight;
    Pending holding = stage.actor(holder).inFlight;
    if (waiting != null
        && holding != null
        && !monitor.isHeld(waiting.session(), holding.session())) {
      stage.unsound(
          "%s waits behind %s in the queue of a lock that neither holds: the server would reorder the queue"
              .formatted(waiter, holder));
    }
  }

  /** The state of every actor as text. */
  String signature(Map<String, List<Step>> possible) {
    return String.join(
        "; ",
        stage.actors().stream()
            .map(actor -> actor.signature(possible.getOrDefault(actor.name, List.of())))
            .toList());
  }
}
