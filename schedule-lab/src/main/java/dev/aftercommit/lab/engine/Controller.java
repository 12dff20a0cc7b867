package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.Turnstile;
import dev.aftercommit.lab.sql.Effect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
  private final Processes processes;
  private final ScheduleRunner runner;
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
    this.stage = new Stage(names, limits.movingOn());
    this.monitor = new LockMonitor(control);
    this.processes = new Processes(stage);
    this.runner =
        new ScheduleRunner(stage, processes, monitor, limits, () -> deadlocks == Deadlocks.SERVER);
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
    return processes.awaitEnd(stage.actor(actor), ended);
  }

  /**
   * Waits until everything is done that a process has sent before its end, and its connections are
   * gone; to be called by the code that stands for it.
   */
  public void awaitDisconnected(String actor) throws InterruptedException {
    processes.awaitDisconnected(stage.actor(actor));
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
    return runner.run(bodies, mode, chooser, faults);
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
