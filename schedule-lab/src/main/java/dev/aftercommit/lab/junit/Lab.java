package dev.aftercommit.lab.junit;

import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.scenario.Scenario.Queue;
import dev.aftercommit.lab.scenario.Scenario.World;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a schedule test is about: the rows it begins with, who acts, and what must hold. */
public final class Lab {

  /** The code of an actor, run once per schedule. */
  @FunctionalInterface
  public interface ActorCode {

    /**
     * Does what the actor does; what it throws is part of how the schedule ends and fails nothing
     * by itself.
     *
     * @param actor gives the connections that the code may use
     */
    void run(Actor actor) throws Exception;
  }

  /** The code of a consumer, run for each message that the lab delivers. */
  @FunctionalInterface
  public interface ConsumerCode {

    /**
     * Handles a message, which is acknowledged when this returns. What it throws ends the consumer,
     * and the message goes back to the queue.
     *
     * @param actor gives the connections that the code may use
     * @param message its body as text
     */
    void on(Actor actor, String message) throws Exception;
  }

  private final List<String> fixture = new ArrayList<>();
  private final List<String> redis = new ArrayList<>();
  private final Map<String, Queue> queues = new LinkedHashMap<>();
  private final Map<String, ActorCode> actors = new LinkedHashMap<>();
  private final Set<String> restarting = new HashSet<>();
  private final Map<String, String> atTheEnd = new LinkedHashMap<>();
  private final Map<String, String> atAllTimes = new LinkedHashMap<>();
  private final Set<Turn> faults = EnumSet.noneOf(Turn.class);
  private boolean usesRedis;
  private boolean serial;

  Lab() {}

  /** SQL that makes the tables and rows that every schedule begins with. */
  public void fixture(String sql) {
    fixture.add(sql);
  }

  /**
   * Says that there is a cache, and what every schedule finds in it. Invariants see it as the table
   * {@code lab.redis (key, value)}.
   *
   * @param commands as typed at redis-cli; none if it is empty
   */
  public void redis(String... commands) {
    usesRedis = true;
    redis.addAll(List.of(commands));
  }

  /**
   * Names a queue that actors publish to, and what every schedule finds in it. Invariants see it as
   * the table {@code lab.queued (queue, place, body)}.
   */
  public void queue(String name, String... messages) {
    queues.put(name, new Queue(name, List.of(messages)));
  }

  /**
   * Names an actor; the order of the calls is that of the columns. Actors share nothing but the
   * servers and what they name in {@link Actor#point}; else {@link ScheduleTest#everyOrder} is
   * needed.
   *
   * @throws IllegalArgumentException if there is one of this name
   */
  public void actor(String name, ActorCode code) {
    if (actors.putIfAbsent(name, code) != null) {
      throw new IllegalArgumentException("There are two actors named " + name);
    }
  }

  /** The same, and its code begins anew when its process was killed. */
  public void restartingActor(String name, ActorCode code) {
    actor(name, code);
    restarting.add(name);
  }

  /**
   * Names an actor that handles the messages of a queue, one at a time, in the orders that the lab
   * chooses; a queue that was not named is empty at first. It begins anew when it was killed.
   */
  public void consumer(String name, String queue, ConsumerCode code) {
    queues.putIfAbsent(queue, new Queue(queue, List.of()));
    restartingActor(name, actor -> actor.consume(queue, code));
  }

  /**
   * What may go wrong, at any actor; {@link ScheduleTest#faults} says how often in one schedule.
   *
   * @throws IllegalArgumentException if one of them is no fault
   */
  public void faults(Turn... kinds) {
    for (Turn kind : kinds) {
      if (!kind.isFault()) {
        throw new IllegalArgumentException(kind + " is no fault; there are " + Turn.faults());
      }
      faults.add(kind);
    }
  }

  /** SQL that must answer true at the end of every schedule. */
  public void finallyHolds(String name, String sql) {
    atTheEnd.put(name, sql);
  }

  /** SQL that must answer true after every commit, and at the end. */
  public void always(String name, String sql) {
    atAllTimes.put(name, sql);
  }

  /** What every schedule leaves must be what some serial order of the actors leaves. */
  public void serial() {
    serial = true;
  }

  World world() {
    return new World(List.copyOf(fixture), null, List.copyOf(redis), List.copyOf(queues.values()));
  }

  boolean usesRedis() {
    return usesRedis;
  }

  Map<String, ActorCode> actors() {
    return actors;
  }

  boolean restarts(String actor) {
    return restarting.contains(actor);
  }

  Set<Turn> faults() {
    return faults;
  }

  Map<String, String> atTheEnd() {
    return atTheEnd;
  }

  Map<String, String> atAllTimes() {
    return atAllTimes;
  }

  boolean isSerial() {
    return serial;
  }

  void check() {
    boolean asksNothing = atTheEnd.isEmpty() && atAllTimes.isEmpty() && !serial;
    if (actors.isEmpty() || (actors.size() == 1 && faults.isEmpty()) || asksNothing) {
      throw new IllegalStateException(
          "A schedule test names two actors or more (or one and faults), and what must hold; this one names %s, %s and %s"
              .formatted(actors.keySet(), atTheEnd.keySet(), atAllTimes.keySet()));
    }
  }
}
