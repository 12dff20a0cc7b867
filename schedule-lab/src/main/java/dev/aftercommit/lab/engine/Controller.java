package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.engine.ActorState.Pending;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.Turnstile;
import dev.aftercommit.lab.sql.Effect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs schedules: lets one step through, waits until nobody runs, asks what shall be next.
 *
 * <p>An actor is parked at one of its gates, running, blocked, idle or done. Whether a statement is
 * blocked, and by whom, the server says; time only decides when it is asked. A run in which the
 * server cannot be asked, or something cannot be scheduled, ends {@link Run.End#UNSOUND}.
 *
 * <p>Not thread-safe: one run at a time.
 */
public final class Controller implements AutoCloseable {

  /** Who ends a deadlock. */
  public enum Deadlocks {
    /** The lab, one victim after the other; the server's timeout must be long. */
    BRANCH,
    /** The server, whose victim depends on its timeouts. */
    SERVER
  }

  private final Stage stage;
  private final LockMonitor monitor;
  private final Limits limits;
  private final Quiescence quiescence;
  private final NextSteps next;
  private Deadlocks deadlocks = Deadlocks.BRANCH;
  private Faults faults = Faults.NONE;

  /**
   * Opens the gates.
   *
   * @param names the actors, in the order in which options are given
   * @param gates opens a gate per actor, for each server that they use
   * @param control a connection to PostgreSQL for the controller alone, which it closes; its user
   *     must be allowed to cancel the actors' statements
   */
  public Controller(
      Collection<String> names, Map<Service, Gate.Opener> gates, Connection control, Limits limits)
      throws SQLException {
    this.stage = new Stage(names);
    this.monitor = new LockMonitor(control);
    this.limits = limits;
    this.next = new NextSteps(stage, monitor);
    this.quiescence = new Quiescence(stage, monitor, limits, () -> deadlocks == Deadlocks.SERVER);
    for (ActorState actor : stage.actors()) {
      gates.forEach((service, opener) -> actor.gates.put(service, opener.open(actor.name, stage)));
    }
  }

  /**
   * The port that stands for the server to this actor.
   *
   * @throws IllegalArgumentException if there is no such actor, or no gate to this server
   */
  public int port(String actor, Service service) {
    Gate gate = stage.actor(actor).gates.get(service);
    if (gate == null) {
      throw new IllegalArgumentException("There is no gate to %s".formatted(service));
    }
    return gate.port();
  }

  /** The actor that has this session of the server; null if none has. */
  public @Nullable String actorOf(int session) {
    return stage.actors().stream()
        .filter(actor -> actor.owns(session))
        .map(actor -> actor.name)
        .findFirst()
        .orElse(null);
  }

  /** Whether the actor has a transaction open. */
  public boolean hasOpenTransaction(String actor) {
    return stage.actor(actor).gates.values().stream().anyMatch(Gate::hasOpenTransaction);
  }

  /** Whether the run has ended: an actor that is told of an error need not go on. */
  public boolean isOver() {
    return stage.isOver();
  }

  /** Whether the actor's process was killed: its code must end, and must not connect again. */
  public boolean isKilled(String actor) {
    return stage.actor(actor).killed;
  }

  /** Says who ends deadlocks from now on. */
  public void deadlocks(Deadlocks who) {
    deadlocks = who;
  }

  /** Says what may go wrong from now on. */
  public void faults(Faults allowed) {
    faults = allowed;
  }

  /**
   * A step of the actor's own code, to be called by that code: waits for its turn.
   *
   * @param effect what the code does up to its next step, as others could notice it
   * @throws InterruptedException if the schedule is over
   */
  public void point(String actor, String name, Effect effect) throws InterruptedException {
    Step step = new PointStep(name, effect);
    if (stage.await(actor, Turnstile.NO_SESSION, step) == Turn.REFUSE) {
      throw new InterruptedException("the lab ended this schedule");
    }
    stage.completed(actor, step, Reply.of(""));
  }

  /**
   * Waits until one of the actor's gates has delivered something to it; to be called by the code of
   * a consumer.
   *
   * @return false if nothing will be delivered: the schedule is over, or the actor was killed
   */
  public boolean awaitDelivery(String actor) throws InterruptedException {
    return stage.awaitDelivery(stage.actor(actor));
  }

  /**
   * Waits for the end of an actor's process; to be called by the code that stands for it.
   *
   * @param ended is complete when the process has ended
   * @return false if it has to be ended: the schedule is over, or the actor was killed
   */
  public boolean awaitEnd(String actor, CompletableFuture<?> ended) throws InterruptedException {
    return stage.awaitEnd(stage.actor(actor), ended);
  }

  /**
   * Waits until everything is done that a process has sent before its end, and its connections are
   * gone; to be called by the code that stands for it.
   */
  public void awaitDisconnected(String actor) throws InterruptedException {
    stage.awaitDisconnected(stage.actor(actor));
  }

  /**
   * Runs one schedule.
   *
   * @param bodies the code of every actor
   * @param mode which steps wait
   * @param chooser decides
   * @throws IllegalStateException if an actor does not end, even though its statements fail
   */
  public Run run(Map<String, Body> bodies, Gate.Mode mode, Chooser chooser)
      throws SQLException, InterruptedException {
    List<Event> events = new ArrayList<>();
    List<Decision> decisions = new ArrayList<>();
    begin(bodies, mode);
    Run.End end;
    String reason;
    try {
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
          end = Run.End.UNSOUND;
          reason = failed;
          break;
        }
        if (options.isEmpty()) {
          reason = openEnds();
          end = reason.isEmpty() ? Run.End.COMPLETE : Run.End.STUCK;
          break;
        }
        String last = events.isEmpty() ? null : events.getLast().option().actor();
        Decision decision = new Decision(options, next.signature(possible), last);
        int choice = chooser.choose(decision, new Run.Progress(events, decisions));
        if (choice == Chooser.CUT) {
          end = Run.End.CUT;
          reason = "";
          break;
        }
        decisions.add(decision);
        chosen = options.get(choice);
        waiters = new WaitersBefore(stage);
        perform(chosen);
      }
    } finally {
      finish();
    }
    return new Run(List.copyOf(events), List.copyOf(decisions), end, reason, failures());
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
        stage.awaitDeath(actor);
      }
    } while (again && !isOver());
    stage.ended(actor, failure);
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
      stage.killing(actor);
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

  /** Closes the gates, the actors' connections and the control connection. */
  @Override
  public void close() throws SQLException {
    for (ActorState actor : stage.actors()) {
      actor.thread.shutdownNow();
      actor.gates.values().forEach(Gate::close);
    }
    monitor.close();
  }
}
