package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.engine.ActorState.Pending;
import dev.aftercommit.lab.gate.Turnstile;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Waits until nobody runs: all actors are parked, blocked, idle or done. */
final class Quiescence {

  private final Stage stage;
  private final LockMonitor monitor;
  private final Limits limits;
  private final BooleanSupplier serverEndsDeadlocks;
  private int blockedBefore;

  Quiescence(Stage stage, LockMonitor monitor, Limits limits, BooleanSupplier serverEndsDeadlocks) {
    this.stage = stage;
    this.monitor = monitor;
    this.limits = limits;
    this.serverEndsDeadlocks = serverEndsDeadlocks;
  }

  /** Returns when nobody runs, or when it is known that this run proves nothing. */
  void await() throws SQLException, InterruptedException {
    long begin = System.nanoTime();
    while (true) {
      Map<String, Pending> running = awaitThinkers();
      if (running.isEmpty()) {
        blockedBefore = 0;
      }
      if (running.isEmpty() || stage.unsound() != null) {
        return;
      }
      Map<String, List<String>> blocked = askWhoBlocks(running);
      // Two answers to be sure: the first one asked may have run on while the last was asked.
      if (blocked.size() == running.size()
          && (running.size() == 1 || blocked.equals(askWhoBlocks(running)))
          && note(running, blocked, awaited(running))) {
        return;
      }
      if (System.nanoTime() - begin > limits.statement().toNanos()) {
        stage.unsound(
            "%s ran longer than %s without waiting for another actor"
                .formatted(running.keySet(), limits.statement()));
        return;
      }
    }
  }

  /** The steps that run although they had time to end; empty if there are none. */
  private Map<String, Pending> awaitThinkers() throws InterruptedException {
    stage.lock.lock();
    try {
      long thinking = limits.thinking().toNanos();
      long grace = limits.grace().toNanos();
      while (stage.unsound() == null) {
        Map<String, Pending> running = stage.running();
        if (stage.actors().stream().anyMatch(actor -> actor.thinking)) {
          thinking = stage.changed.awaitNanos(thinking);
          if (thinking <= 0) {
            stage.unsound("an actor neither ended nor came to a gate within " + limits.thinking());
          }
        } else if (running.isEmpty() || grace <= 0) {
          return running;
        } else {
          grace = stage.changed.awaitNanos(grace);
        }
      }
      return Map.of();
    } finally {
      stage.lock.unlock();
    }
  }

  /** Who waits for which actors; who waits for others, or for nobody, is left out. */
  private Map<String, List<String>> askWhoBlocks(Map<String, Pending> running) throws SQLException {
    Map<Integer, List<Integer>> answer =
        monitor.blockersOf(
            running.values().stream()
                .map(Pending::session)
                .filter(session -> session != Turnstile.NO_SESSION)
                .toList());
    Map<String, List<String>> blocked = new LinkedHashMap<>();
    running.forEach(
        (name, pending) -> {
          List<Integer> sessions = answer.getOrDefault(pending.session(), List.of());
          List<String> by =
              stage.actors().stream()
                  .filter(actor -> sessions.stream().anyMatch(actor::owns))
                  .map(actor -> actor.name)
                  .toList();
          if (!by.isEmpty()) {
            blocked.put(name, by);
          }
        });
    return blocked;
  }

  /** Which locks are waited for, if it can matter: if several waited a moment ago, or do so now. */
  private Map<Integer, Awaited> awaited(Map<String, Pending> running) throws SQLException {
    boolean several = Math.max(blockedBefore, running.size()) > 1;
    blockedBefore = running.size();
    return several
        ? monitor.awaitedBy(running.values().stream().map(Pending::session).toList())
        : Map.of();
  }

  /** Keeps the answer if nothing was answered meanwhile and nobody else will end the waiting. */
  private boolean note(
      Map<String, Pending> running,
      Map<String, List<String>> blocked,
      Map<Integer, Awaited> awaited) {
    stage.lock.lock();
    try {
      // A victim still waits until its cancellation has reached it.
      if (!stage.running().equals(running)
          || stage.hasVictims()
          || stage.actors().stream().anyMatch(actor -> actor.thinking)
          || (serverEndsDeadlocks.getAsBoolean() && !new WaitGraph(blocked).cycle().isEmpty())) {
        return false;
      }
      running.forEach(
          (name, pending) -> {
            ActorState actor = stage.actor(name);
            actor.blockedBy = blocked.getOrDefault(name, List.of());
            actor.awaited = awaited.getOrDefault(pending.session(), Awaited.UNKNOWN);
          });
      return true;
    } finally {
      stage.lock.unlock();
    }
  }
}
