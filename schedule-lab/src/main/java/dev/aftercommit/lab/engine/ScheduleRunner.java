package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.engine.ActorState.Pending;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turnstile;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Runs one schedule after the other: lets the actors begin, steps through, and sees to the end. */
final class ScheduleRunner {

  private final Stage stage;
  private final Processes processes;
  private final LockMonitor monitor;
  private final Limits limits;
  private final Quiescence quiescence;
  private final NextSteps next;

  ScheduleRunner(
      Stage stage,
      Processes processes,
      LockMonitor monitor,
      Limits limits,
      BooleanSupplier serverEndsDeadlocks) {
    this.stage = stage;
    this.processes = processes;
    this.monitor = monitor;
    this.limits = limits;
    this.quiescence = new Quiescence(stage, monitor, limits, serverEndsDeadlocks);
    this.next = new NextSteps(stage, monitor);
  }

  /** See {@link Controller#run}. */
  Run run(Map<String, Body> bodies, Gate.Mode mode, Chooser chooser, Faults faults)
      throws SQLException, InterruptedException {
    List<Event> events = new ArrayList<>();
    List<Decision> decisions = new ArrayList<>();
    begin(bodies, mode);
    Ending ending;
    try {
      ending = step(events, decisions, chooser, faults);
    } finally {
      finish();
    }
    return new Run(
        List.copyOf(events), List.copyOf(decisions), ending.end(), ending.reason(), failures());
  }

  private record Ending(Run.End end, String reason) {}

  /** Lets one step through after the other until there is none, or nothing more to learn. */
  private Ending step(List<Event> events, List<Decision> decisions, Chooser chooser, Faults faults)
      throws SQLException, InterruptedException {
    Option chosen = null;
    WaitersBefore waiters = new WaitersBefore(stage);
    while (true) {
      quiescence.await();
      if (chosen != null) {
        events.add(event(chosen, waiters));
      }
      Map<String, List<Step>> possible = next.possible();
      List<Option> options = next.options(possible, events, faults);
      String failed = stage.unsound();
      if (failed != null) {
        return new Ending(Run.End.UNSOUND, failed);
      }
      if (options.isEmpty()) {
        String open = openEnds();
        return new Ending(open.isEmpty() ? Run.End.COMPLETE : Run.End.STUCK, open);
      }
      String last = events.isEmpty() ? null : events.getLast().option().actor();
      Decision decision = new Decision(options, next.signature(possible), last);
      int choice = chooser.choose(decision, new Run.Progress(events, decisions));
      if (choice == Chooser.CUT) {
        return new Ending(Run.End.CUT, "");
      }
      decisions.add(decision);
      chosen = options.get(choice);
      waiters = new WaitersBefore(stage);
      perform(chosen);
    }
  }

  private Map<String, Throwable> failures() {
    Map<String, Throwable> failures = new LinkedHashMap<>();
    for (ActorState actor : stage.actors()) {
      Throwable failure = actor.failure;
      if (failure != null) {
        failures.put(actor.name, failure);
      }
    }
    return failures;
  }

  private void begin(Map<String, Body> bodies, Gate.Mode mode) {
    stage.begin();
    for (ActorState actor : stage.actors()) {
      Body body = bodies.get(actor.name);
      if (body == null) {
        throw new IllegalArgumentException("Actor " + actor.name + " has nothing to do");
      }
      actor.alive = true;
      actor.process = body.isProcess();
      actor.thinking = true;
      actor.gates.values().forEach(gate -> gate.mode(mode));
      actor.thread.execute(() -> act(actor, body));
    }
  }

  private void act(ActorState actor, Body body) {
    Throwable failure;
    boolean again;
    do {
      failure = null;
      try {
        body.run();
      } catch (Throwable e) { // whatever an actor fails with is its outcome, told in the run
        failure = e;
      }
      again = actor.killed && body.restarts();
      if (again) {
        processes.awaitDeath(actor);
      }
    } while (again && !stage.isOver());
    processes.ended(actor, failure);
  }

  private Event event(Option chosen, WaitersBefore waiters) {
    Reply reply = null;
    List<Event.Completion> woken = new ArrayList<>();
    for (Event.Completion completion : stage.takeCompletions()) {
      if (reply == null && completion.actor().equals(chosen.actor())) {
        reply = completion.reply();
      } else {
        woken.add(completion);
      }
    }
    List<String> blockedBy = reply == null ? stage.actor(chosen.actor()).blockedBy : List.of();
    return new Event(
        chosen, reply, blockedBy, List.copyOf(woken), waiters.movedBy(chosen.actor(), woken));
  }

  private String openEnds() {
    List<String> reasons = new ArrayList<>();
    for (ActorState actor : stage.actors()) {
      if (actor.inFlight != null) {
        reasons.add("%s waits for %s for ever".formatted(actor.name, actor.blockedBy));
      }
    }
    return String.join(", ", reasons);
  }

  private void perform(Option option) throws SQLException {
    ActorState actor = stage.actor(option.actor());
    Pending waiting = actor.inFlight;
    if (option.victim() && waiting != null) {
      stage.victim(waiting.session());
      monitor.cancel(waiting.session());
      return;
    }
    if (option.turn().kills()) {
      processes.killing(actor);
      actor.gates.values().forEach(Gate::cut);
    }
    if (actor.parked != null) {
      stage.release(actor, option.turn());
      return;
    }
    stage.delivering(actor, option.step(), option.turn());
    for (Gate gate : actor.gates.values()) {
      if (gate.offers().contains(option.step())) {
        gate.deliver(option.step(), option.turn());
        return;
      }
    }
    stage.unsound(
        "'%s' was offered to %s and is there no more"
            .formatted(option.step().text(), option.actor()));
  }

  /** Lets every step fail until all actors have ended. */
  private void finish() throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + limits.thinking().toNanos();
    stage.end();
    stage.lock.lock();
    try {
      while (stage.actors().stream().anyMatch(actor -> actor.alive)) {
        for (Pending pending : stage.running().values()) {
          if (pending.session() != Turnstile.NO_SESSION) {
            monitor.cancel(pending.session());
          }
        }
        stage.changed.await(20, TimeUnit.MILLISECONDS);
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "Not all of %s ended within %s after their schedule was over: do they retry for ever?"
                  .formatted(
                      stage.actors().stream().map(actor -> actor.name).toList(),
                      limits.thinking()));
        }
      }
    } finally {
      stage.lock.unlock();
    }
    stage
        .actors()
        .forEach(actor -> actor.gates.values().forEach(gate -> gate.mode(Gate.Mode.OPEN)));
  }
}
