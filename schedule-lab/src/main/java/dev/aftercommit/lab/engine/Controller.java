package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.engine.ActorState.Pending;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turnstile;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs schedules: lets one step through, waits until nobody runs, asks what shall be next.
 *
 * <p>An actor is parked at its gate, running, blocked or done. Whether a statement is blocked, and
 * by whom, the server says; time only decides when it is asked. A run in which the server cannot be
 * asked, or something cannot be scheduled, ends {@link Run.End#UNSOUND}.
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

  private final Map<String, ActorState> actors = new LinkedHashMap<>();
  private final LockMonitor monitor;
  private final Limits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition released = lock.newCondition();
  private final List<Event.Completion> completions = new ArrayList<>();
  private final Set<Integer> victims = new HashSet<>();
  private Deadlocks deadlocks = Deadlocks.BRANCH;
  private boolean over = true;
  private @Nullable String unsound;

  /**
   * Opens a gate per actor.
   *
   * @param names the actors, in the order in which options are given
   * @param server where PostgreSQL listens
   * @param control a connection for the controller alone, which it closes; its user must be allowed
   *     to cancel the actors' statements
   */
  public Controller(
      Collection<String> names, InetSocketAddress server, Connection control, Limits limits)
      throws SQLException {
    this.monitor = new LockMonitor(control);
    this.limits = limits;
    Turnstile turnstile = new Entrance();
    for (String name : names) {
      actors.put(name, new ActorState(name, new Gate(name, server, turnstile)));
    }
  }

  /** The port that stands for PostgreSQL to this actor. */
  public int port(String actor) {
    return state(actor).gate.port();
  }

  /** Whether the actor has a transaction open. */
  public boolean hasOpenTransaction(String actor) {
    return state(actor).gate.hasOpenTransaction();
  }

  /** Whether the run has ended: an actor that is told of an error need not go on. */
  public boolean isOver() {
    lock.lock();
    try {
      return over;
    } finally {
      lock.unlock();
    }
  }

  /** Says who ends deadlocks from now on. */
  public void deadlocks(Deadlocks who) {
    deadlocks = who;
  }

  private ActorState state(String actor) {
    ActorState state = actors.get(actor);
    if (state == null) {
      throw new IllegalArgumentException("No actor " + actor + " among " + actors.keySet());
    }
    return state;
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
      while (true) {
        settle();
        if (chosen != null) {
          events.add(event(chosen));
        }
        List<Option> options = options();
        String failed = unsound;
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
        Decision decision = new Decision(options, signature(), last);
        int choice = chooser.choose(decision, new Run.Progress(events, decisions));
        if (choice == Chooser.CUT) {
          end = Run.End.CUT;
          reason = "";
          break;
        }
        decisions.add(decision);
        chosen = options.get(choice);
        perform(chosen);
      }
    } finally {
      finish();
    }
    Map<String, Throwable> failures = new LinkedHashMap<>();
    for (ActorState actor : actors.values()) {
      Throwable failure = actor.failure;
      if (failure != null) {
        failures.put(actor.name, failure);
      }
    }
    return new Run(List.copyOf(events), List.copyOf(decisions), end, reason, failures);
  }

  private void begin(Map<String, Body> bodies, Gate.Mode mode) {
    lock.lock();
    try {
      over = false;
      unsound = null;
      completions.clear();
      victims.clear();
      for (ActorState actor : actors.values()) {
        actor.reset();
        actor.thinking = true;
        actor.gate.mode(mode);
      }
    } finally {
      lock.unlock();
    }
    for (ActorState actor : actors.values()) {
      Body body = bodies.get(actor.name);
      if (body == null) {
        throw new IllegalArgumentException("Actor " + actor.name + " has nothing to do");
      }
      actor.thread.execute(() -> act(actor, body));
    }
  }

  private void act(ActorState actor, Body body) {
    Throwable failure = null;
    try {
      body.run();
    } catch (Throwable e) { // whatever an actor fails with is its outcome, told in the run
      failure = e;
    }
    lock.lock();
    try {
      actor.failure = failure;
      actor.thinking = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no actor thinks and no statement runs: all are parked, blocked or done. */
  private void settle() throws SQLException, InterruptedException {
    long begin = System.nanoTime();
    while (true) {
      Map<String, Pending> running = awaitThinkers();
      if (running.isEmpty() || unsound != null) {
        return;
      }
      Map<String, List<String>> blocked = askWhoBlocks(running);
      // Two answers to be sure: the first one asked may have run on while the last was asked.
      if (blocked.size() == running.size()
          && (running.size() == 1 || blocked.equals(askWhoBlocks(running)))
          && note(running, blocked)) {
        return;
      }
      if (System.nanoTime() - begin > limits.statement().toNanos()) {
        unsound(
            "%s ran longer than %s without waiting for another actor"
                .formatted(running.keySet(), limits.statement()));
        return;
      }
    }
  }

  /** The statements that run although they had time to end; empty if there are none. */
  private Map<String, Pending> awaitThinkers() throws InterruptedException {
    lock.lock();
    try {
      long thinking = limits.thinking().toNanos();
      long grace = limits.grace().toNanos();
      while (unsound == null) {
        Map<String, Pending> running = running();
        if (actors.values().stream().anyMatch(actor -> actor.thinking)) {
          thinking = changed.awaitNanos(thinking);
          if (thinking <= 0) {
            unsound = "an actor neither ended nor came to a gate within " + limits.thinking();
          }
        } else if (running.isEmpty() || grace <= 0) {
          return running;
        } else {
          grace = changed.awaitNanos(grace);
        }
      }
      return Map.of();
    } finally {
      lock.unlock();
    }
  }

  private Map<String, Pending> running() {
    Map<String, Pending> running = new LinkedHashMap<>();
    for (ActorState actor : actors.values()) {
      Pending pending = actor.inFlight;
      if (pending != null) {
        running.put(actor.name, pending);
      }
    }
    return running;
  }

  /** Who waits for which actors; who waits for others, or for nobody, is left out. */
  private Map<String, List<String>> askWhoBlocks(Map<String, Pending> running) throws SQLException {
    Map<Integer, List<Integer>> answer =
        monitor.blockersOf(running.values().stream().map(Pending::session).toList());
    Map<String, List<String>> blocked = new LinkedHashMap<>();
    running.forEach(
        (name, pending) -> {
          List<Integer> sessions = answer.getOrDefault(pending.session(), List.of());
          List<String> by =
              actors.values().stream()
                  .filter(actor -> sessions.stream().anyMatch(actor.gate::owns))
                  .map(actor -> actor.name)
                  .toList();
          if (!by.isEmpty()) {
            blocked.put(name, by);
          }
        });
    return blocked;
  }

  /** Keeps the answer if nothing was answered meanwhile and nobody else will end the waiting. */
  private boolean note(Map<String, Pending> running, Map<String, List<String>> blocked) {
    lock.lock();
    try {
      // A victim still waits until its cancellation has reached it.
      if (!running().equals(running)
          || !victims.isEmpty()
          || actors.values().stream().anyMatch(actor -> actor.thinking)
          || (deadlocks == Deadlocks.SERVER && !new WaitGraph(blocked).cycle().isEmpty())) {
        return false;
      }
      blocked.forEach((name, by) -> state(name).blockedBy = by);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private Event event(Option chosen) {
    lock.lock();
    try {
      Reply reply = null;
      List<Event.Completion> woken = new ArrayList<>();
      for (Event.Completion completion : completions) {
        if (reply == null && completion.actor().equals(chosen.actor())) {
          reply = completion.reply();
        } else {
          woken.add(completion);
        }
      }
      completions.clear();
      List<String> blockedBy = reply == null ? state(chosen.actor()).blockedBy : List.of();
      return new Event(chosen, reply, blockedBy, List.copyOf(woken));
    } finally {
      lock.unlock();
    }
  }

  /** What can happen: a deadlock is ended first, else any parked step. */
  private List<Option> options() throws SQLException {
    Map<String, List<String>> waits = new LinkedHashMap<>();
    for (String name : running().keySet()) {
      waits.put(name, state(name).blockedBy);
    }
    List<String> cycle = new WaitGraph(waits).cycle();
    List<Option> options = new ArrayList<>();
    for (ActorState actor : actors.values()) {
      Pending parked = actor.parked;
      Pending inFlight = actor.inFlight;
      if (cycle.isEmpty() && parked != null) {
        options.add(new Option(actor.name, parked.step(), false));
      } else if (cycle.contains(actor.name) && inFlight != null) {
        options.add(new Option(actor.name, inFlight.step(), true));
      }
    }
    for (int i = 0; i < cycle.size(); i++) {
      checkHolds(cycle.get(i), cycle.get((i + 1) % cycle.size()));
    }
    return options;
  }

  /** A circle through a queue's order alone is no deadlock: the server would change the order. */
  private void checkHolds(String waiter, String holder) throws SQLException {
    Pending waiting = state(waiter).inFlight;
    Pending holding = state(holder).inFlight;
    if (waiting != null
        && holding != null
        && !monitor.isHeld(waiting.session(), holding.session())) {
      unsound(
          "%s waits behind %s in the queue of a lock that neither holds: the server would reorder the queue"
              .formatted(waiter, holder));
    }
  }

  private String openEnds() {
    List<String> reasons = new ArrayList<>();
    for (ActorState actor : actors.values()) {
      if (actor.inFlight != null) {
        reasons.add("%s waits for %s for ever".formatted(actor.name, actor.blockedBy));
      }
    }
    return String.join(", ", reasons);
  }

  private String signature() {
    return String.join("; ", actors.values().stream().map(ActorState::signature).toList());
  }

  private void perform(Option option) throws SQLException {
    ActorState actor = state(option.actor());
    Pending waiting = actor.inFlight;
    if (option.victim() && waiting != null) {
      lock.lock();
      try {
        victims.add(waiting.session());
      } finally {
        lock.unlock();
      }
      monitor.cancel(waiting.session());
      return;
    }
    lock.lock();
    try {
      actor.inFlight = actor.parked;
      actor.parked = null;
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets every statement fail until all actors have ended. */
  private void finish() throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + limits.thinking().toNanos();
    lock.lock();
    try {
      over = true;
      released.signalAll();
      while (actors.values().stream().anyMatch(ActorState::isBusy)) {
        for (Pending pending : running().values()) {
          monitor.cancel(pending.session());
        }
        changed.await(20, TimeUnit.MILLISECONDS);
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "Not all of %s ended within %s after their schedule was over: do they retry for ever?"
                  .formatted(actors.keySet(), limits.thinking()));
        }
      }
      actors.values().forEach(actor -> actor.gate.mode(Gate.Mode.OPEN));
    } finally {
      lock.unlock();
    }
  }

  private void unsound(String reason) {
    lock.lock();
    try {
      if (unsound == null && !over) {
        unsound = reason;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Closes the gates, the actors' connections and the control connection. */
  @Override
  public void close() throws SQLException {
    for (ActorState actor : actors.values()) {
      actor.thread.shutdownNow();
      actor.gate.close();
    }
    monitor.close();
  }

  /** Where the gates' threads meet the controller's. */
  private final class Entrance implements Turnstile {

    @Override
    public Pass await(String name, int session, Step step) throws InterruptedException {
      lock.lock();
      try {
        ActorState actor = state(name);
        if (over) {
          return Pass.REFUSE;
        }
        if (actor.parked != null || actor.inFlight != null) {
          unsound(name + " uses two connections at the same time, whose order is not scheduled");
        }
        if (step.kind() == Step.Kind.DISCONNECT) {
          // Drivers do not wait for it: the actor runs on while the server rolls back.
          unsound(name + " closed a connection with a transaction open; let it roll back first");
        }
        Pending mine = new Pending(step, session);
        actor.parked = mine;
        actor.thinking = false;
        changed.signalAll();
        while (!mine.equals(actor.inFlight)) {
          if (over) {
            actor.parked = null;
            actor.thinking = true;
            return Pass.REFUSE;
          }
          released.await();
        }
        return Pass.RUN;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void completed(String name, Step step, Reply reply) {
      lock.lock();
      try {
        ActorState actor = state(name);
        Pending ended = actor.inFlight;
        if (ended != null) {
          victims.remove(ended.session());
        }
        actor.inFlight = null;
        actor.blockedBy = List.of();
        actor.thinking = true;
        completions.add(new Event.Completion(name, step, reply));
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

    @Override
    public void unsound(String reason) {
      Controller.this.unsound(reason);
    }
  }
}
