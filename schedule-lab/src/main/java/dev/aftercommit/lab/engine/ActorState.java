package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.postgres.SqlStep;
import dev.aftercommit.lab.gate.redis.RedisStep;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
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

  /** On their way to {@link #parked}. */
  final Queue<Step> coming = new ArrayDeque<>();

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

  /** How many commands it has sent to Redis in this schedule. */
  private int commands;

  /** Its commands in all schedules so far. */
  private final Set<String> places = new HashSet<>();

  @Nullable Throwable failure;

  ActorState(String name, Condition released) {
    this.name = name;
    this.released = released;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("actor-" + name).unstarted(task));
  }

  void reset() {
    coming.clear();
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
    commands = 0;
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

  /** Waits until whatever the actor has sent has come to the turnstile, or is done. */
  void awaitQuiet() throws InterruptedException {
    for (Gate gate : gates.values()) {
      gate.awaitQuiet();
    }
  }

  /** Waits until whatever the actor has sent is done. */
  void awaitDone() throws InterruptedException {
    for (Gate gate : gates.values()) {
      gate.awaitDone();
    }
  }

  /**
   * Takes note of a step that has come to a gate.
   *
   * @return why no schedule covers it; null if one does
   */
  @Nullable String comesTo(Step step) {
    boolean leaves = step instanceof SqlStep sql && sql.kind() == SqlStep.Kind.DISCONNECT;
    boolean gone = left || (leaves && !process);
    left = left || leaves;
    String order = goesOnTo(step.text());
    if (order != null) {
      return order;
    }
    if (idle) {
      return "%s does '%s' although it seemed to wait for a message: what a consumer does after its last acknowledgement is not scheduled"
          .formatted(name, step.text());
    }
    // Drivers do not wait for it: the actor runs on while the server rolls back.
    return gone
        ? name + " closed a connection with a transaction open; let it roll back first"
        : null;
  }

  /** Why nobody can tell what comes first, this or what the actor does already; null if one can. */
  @Nullable String goesOnTo(String next) {
    Pending pending = parked == null ? inFlight : parked;
    Step before = pending == null ? coming.peek() : pending.step();
    return before == null
        ? null
        : "%s goes on to '%s' before '%s' is answered, and the servers may see them in any order: let it wait for the answer"
            .formatted(name, next, before.text());
  }

  /**
   * Whether the actor has not been at this place in any schedule so far.
   *
   * @param step its next command
   */
  boolean isAtNewPlace(RedisStep step) {
    commands++;
    return places.add(commands + " " + step.fingerprint());
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
