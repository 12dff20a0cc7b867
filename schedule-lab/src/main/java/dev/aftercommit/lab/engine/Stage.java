package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.engine.ActorState.Pending;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.Turnstile;
import dev.aftercommit.lab.gate.redis.RedisStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Where the threads of the gates and of the actors meet the controller's. */
final class Stage implements Turnstile {

  /** Guards everything here and in the actors' states. */
  final ReentrantLock lock = new ReentrantLock();

  /** An actor has come to a gate or to its end. */
  final Condition changed = lock.newCondition();

  private final Map<String, ActorState> actors = new LinkedHashMap<>();
  private final List<Event.Completion> completions = new ArrayList<>();
  private final Set<Integer> victims = new HashSet<>();
  private final Duration movingOn;
  private boolean over = true;
  private @Nullable String unsound;

  /**
   * @param movingOn see {@link Limits#movingOn}
   */
  Stage(Collection<String> names, Duration movingOn) {
    this.movingOn = movingOn;
    names.forEach(name -> actors.put(name, new ActorState(name, lock.newCondition())));
  }

  Collection<ActorState> actors() {
    return actors.values();
  }

  ActorState actor(String name) {
    ActorState state = actors.get(name);
    if (state == null) {
      throw new IllegalArgumentException("No actor " + name + " among " + actors.keySet());
    }
    return state;
  }

  void begin() {
    lock.lock();
    try {
      over = false;
      unsound = null;
      completions.clear();
      victims.clear();
      actors.values().forEach(ActorState::reset);
    } finally {
      lock.unlock();
    }
  }

  boolean isOver() {
    lock.lock();
    try {
      return over;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses every step from now on. */
  void end() {
    lock.lock();
    try {
      over = true;
      actors.values().forEach(actor -> actor.released.signalAll());
    } finally {
      lock.unlock();
    }
  }

  @Nullable String unsound() {
    lock.lock();
    try {
      return unsound;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void unsound(String reason) {
    lock.lock();
    try {
      if (unsound == null && !over) {
        unsound = reason;
        changed.signalAll();
        actors.values().forEach(actor -> actor.released.signalAll());
      }
    } finally {
      lock.unlock();
    }
  }

  /** The steps that are at a server. */
  Map<String, Pending> running() {
    lock.lock();
    try {
      Map<String, Pending> running = new LinkedHashMap<>();
      for (ActorState actor : actors.values()) {
        Pending pending = actor.inFlight;
        if (pending != null) {
          running.put(actor.name, pending);
        }
      }
      return running;
    } finally {
      lock.unlock();
    }
  }

  /** The answers since the last call, in the order in which they came. */
  List<Event.Completion> takeCompletions() {
    lock.lock();
    try {
      List<Event.Completion> taken = List.copyOf(completions);
      completions.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  boolean hasVictims() {
    return !victims.isEmpty();
  }

  /** From now on the cancellation of this session's statement is shown as a deadlock. */
  void victim(int session) {
    lock.lock();
    try {
      victims.add(session);
    } finally {
      lock.unlock();
    }
  }

  /** Lets the parked step of the actor go. */
  void release(ActorState actor, Turn turn) {
    lock.lock();
    try {
      actor.inFlight = actor.parked;
      actor.parked = null;
      actor.turn = turn;
      actor.released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** An idle actor is about to get what its gate has offered. */
  void delivering(ActorState actor, Step offer, Turn turn) {
    lock.lock();
    try {
      actor.idle = false;
      actor.inFlight = new Pending(offer, NO_SESSION);
      actor.turn = turn;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Marks the actor idle until something is delivered to it.
   *
   * @return false if nothing will be: the schedule is over, or the actor was killed
   */
  boolean awaitDelivery(ActorState actor) throws InterruptedException {
    actor.awaitQuiet();
    lock.lock();
    try {
      if (actor.killed) {
        return false;
      }
      tell(actor.goesOnTo("its next message"));
      actor.idle = true;
      actor.thinking = false;
      changed.signalAll();
      while (actor.idle && !over) {
        actor.released.await();
      }
      actor.idle = false;
      actor.thinking = over || actor.thinking;
      return !over;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void coming(String name, Step step) {
    lock.lock();
    try {
      actor(name).coming.add(step);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Turn await(String name, int session, Step step) throws InterruptedException {
    ActorState actor = actor(name);
    actor.awaitQuiet();
    lock.lock();
    try {
      actor.coming.remove(step);
      if (over || actor.killed) {
        return Turn.REFUSE;
      }
      tell(actor.comesTo(step));
      Pending mine = new Pending(step, session);
      actor.parked = mine;
      if (step instanceof RedisStep command && actor.isAtNewPlace(command)) {
        awaitMovingOn(actor);
      }
      actor.thinking = false;
      changed.signalAll();
      while (!mine.equals(actor.inFlight)) {
        if (over) {
          actor.parked = null;
          actor.thinking = true;
          return Turn.REFUSE;
        }
        actor.released.await();
      }
      return actor.turn;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives the actor, whose command is parked, the time to go on without its answer: then something
   * else of it comes to a gate, and that is told.
   */
  private void awaitMovingOn(ActorState actor) throws InterruptedException {
    long left = movingOn.toNanos();
    while (left > 0 && !over && unsound == null) {
      left = actor.released.awaitNanos(left);
    }
  }

  private void tell(@Nullable String objection) {
    if (objection != null) {
      unsound(objection);
    }
  }

  @Override
  public void completed(String name, Step step, Reply reply) {
    lock.lock();
    try {
      ActorState actor = actor(name);
      Pending ended = actor.inFlight;
      if (ended != null) {
        victims.remove(ended.session());
      }
      actor.inFlight = null;
      actor.blockedBy = List.of();
      actor.dying = false;
      actor.thinking = actor.alive;
      completions.add(new Event.Completion(name, step, reply));
      actor.released.signalAll();
      // While the actor thinks the controller has nothing to decide.
      if (!actor.thinking) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void idle(String name) {
    lock.lock();
    try {
      ActorState actor = actor(name);
      actor.idle = true;
      actor.thinking = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isDeadlockVictim(int session) {
    lock.lock();
    try {
      return victims.contains(session);
    } finally {
      lock.unlock();
    }
  }
}
