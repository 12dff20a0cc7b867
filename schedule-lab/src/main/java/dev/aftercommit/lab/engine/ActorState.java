package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Step;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** What the controller knows of an actor; guarded by the controller's lock. */
final class ActorState {

  /** A step and the server's session that it is for. */
  record Pending(Step step, int session) {}

  final String name;
  final Gate gate;
  final ExecutorService thread;

  /** Waits at the gate. */
  @Nullable Pending parked;

  /** Is at the server. */
  @Nullable Pending inFlight;

  /** For whom {@link #inFlight} waits, as the server said last. */
  List<String> blockedBy = List.of();

  /** Neither at a gate nor at the server nor at its end. */
  boolean thinking;

  @Nullable Throwable failure;

  ActorState(String name, Gate gate) {
    this.name = name;
    this.gate = gate;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("actor-" + name).unstarted(task));
  }

  void reset() {
    parked = null;
    inFlight = null;
    blockedBy = List.of();
    thinking = false;
    failure = null;
  }

  /** Whether it has not come to its end. */
  boolean isBusy() {
    return thinking || parked != null || inFlight != null;
  }

  /** The same text whenever the actor is in the same state. */
  String signature() {
    Pending waiting = parked;
    if (waiting != null) {
      return name + " at " + waiting.step().fingerprint();
    }
    Pending running = inFlight;
    return running == null
        ? name + " done"
        : name + " waits for " + blockedBy + " in " + running.step().fingerprint();
  }
}
