package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** What the controller knows of an actor; guarded by the lock of the {@link Stage}. */
final class ActorState {

  /** A step and the database's session that it is for. */
  record Pending(Step step, int session) {}

  final String name;
  final Map<Service, Gate> gates = new EnumMap<>(Service.class);
  final ExecutorService thread;

  /** Its turn has come, or the schedule is over. */
  final Condition released;

  /** Waits at a gate. */
  @Nullable Pending parked;

  /** Is at the server. */
  @Nullable Pending inFlight;

  /** What shall become of the step that was parked. */
  Turn turn = Turn.RUN;

  /** For whom {@link #inFlight} waits, as the server said last. */
  List<String> blockedBy = List.of();

  /** The lock for which {@link #inFlight} waits; asked only if several actors wait. */
  Awaited awaited = Awaited.UNKNOWN;

  /** Neither at a gate nor at the server nor at its end. */
  boolean thinking;

  /** Does nothing until something is delivered. */
  boolean idle;

  /** Its code has begun and not ended. */
  boolean alive;

  /** Its process was killed and has not begun anew; read without the lock by the actor's code. */
  volatile boolean killed;

  /** Its process is being killed: the step at which that happens is not over. */
  boolean dying;

  /** Its code is a process, which may end without a word. */
  boolean process;

  /** It has closed a connection with a transaction open: nothing may follow. */
  boolean left;

  @Nullable Throwable failure;

  ActorState(String name, Condition released) {
    this.name = name;
    this.released = released;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("actor-" + name).unstarted(task));
  }

  void reset() {
    parked = null;
    inFlight = null;
    turn = Turn.RUN;
    blockedBy = List.of();
    awaited = Awaited.UNKNOWN;
    thinking = false;
    idle = false;
    killed = false;
    dying = false;
    left = false;
    failure = null;
  }

  /** What it can do next: the parked step, or what is offered to it. */
  List<Step> possible() {
    Pending waiting = parked;
    if (waiting != null) {
      return List.of(waiting.step());
    }
    return idle
        ? gates.values().stream().flatMap(gate -> gate.offers().stream()).toList()
        : List.of();
  }

  /** Waits until nothing is on its way that the actor has sent and does not wait for. */
  void awaitQuiet() throws InterruptedException {
    for (Gate gate : gates.values()) {
      gate.awaitQuiet();
    }
  }

  boolean isConnected() {
    return gates.values().stream().anyMatch(Gate::isConnected);
  }

  boolean owns(int session) {
    return gates.values().stream().anyMatch(gate -> gate.owns(session));
  }

  /**
   * The same text whenever the actor is in the same state.
   *
   * @param possible what it can do next
   */
  String signature(List<Step> possible) {
    if (!possible.isEmpty()) {
      return name + " at " + String.join(", ", possible.stream().map(Step::fingerprint).toList());
    }
    Pending running = inFlight;
    if (running != null) {
      return name + " waits for " + blockedBy + " in " + running.step().fingerprint();
    }
    return name + (idle ? " idle" : " done");
  }
}
