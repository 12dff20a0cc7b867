package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.gate.Turn;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario file says.
 *
 * @param name of the file, without folder and ending
 * @param text the file itself
 * @param description the comment it begins with
 * @param level of transactions that name none
 * @param world what every schedule begins with
 * @param sessions the actors
 * @param permutations the schedules it names; if there are none, all are explored
 * @param seeds orders of steps that are run before all others
 * @param invariants what must hold; if there are none, the end must be that of some serial order
 * @param faults what may go wrong
 */
public record Scenario(
    String name,
    String text,
    String description,
    Level level,
    World world,
    List<Session> sessions,
    List<List<PermutationStep>> permutations,
    List<List<String>> seeds,
    List<Invariant> invariants,
    List<Fault> faults) {

  /**
   * What is there before the sessions act.
   *
   * @param setup SQL blocks that make the tables, each one query
   * @param teardown SQL that removes them; null if there is none
   * @param redis commands that fill the cache; null if the file says nothing of it
   * @param queues the broker's queues
   */
  public record World(
      List<String> setup,
      @Nullable String teardown,
      @Nullable List<String> redis,
      List<Queue> queues) {}

  /** A queue and the messages in it, the first one in front. */
  public record Queue(String name, List<String> messages) {}

  /**
   * An actor.
   *
   * @param setup runs on its connection before its steps; null if there is nothing
   * @param teardown runs on its connection after its steps; null if there is nothing
   * @param consumes the queue whose messages its steps are for, once each; null if its steps run
   *     once
   * @param restarts whether it begins anew when it was killed
   * @param command for the shell, whose process is the actor; null if it has steps instead
   * @param steps in order; none if it has a command
   */
  public record Session(
      String name,
      @Nullable String setup,
      @Nullable String teardown,
      @Nullable String consumes,
      boolean restarts,
      @Nullable String command,
      List<SessionStep> steps) {

    /** Whether notifications may come to it. */
    boolean listens() {
      return Stream.concat(Stream.ofNullable(setup), steps.stream().map(SessionStep::text))
          .anyMatch(sql -> sql.toUpperCase(Locale.ROOT).contains("LISTEN"));
    }

    /** The same actor as a process. */
    Session running(String shellCommand) {
      return new Session(name, null, null, null, restarts, shellCommand, List.of());
    }
  }

  /**
   * Something that a session does.
   *
   * @param kind where it goes
   * @param condition when it is done; null for always
   * @param text what is sent; empty for an acknowledgement
   */
  public record SessionStep(String name, Kind kind, @Nullable Condition condition, String text) {

    /** Where a step goes. */
    public enum Kind {
      /** One query to the database. */
      SQL,
      /** One command to the cache. */
      REDIS,
      /** A queue's name, and the message for it. */
      PUBLISH,
      /** Acknowledges the message that the steps are for. */
      ACK,
      /** Gives the message back, to be delivered again. */
      NACK
    }
  }

  /**
   * When a step is done.
   *
   * @param variable what it depends on
   * @param present whether that must have a value, or none
   */
  public record Condition(String variable, boolean present) {}

  /** A step of a permutation with its markers. */
  public record PermutationStep(String step, List<Marker> markers) {}

  /**
   * Says when a step is reported.
   *
   * @param step the step that must be complete before; {@code *} for "show it waiting first"
   * @param notices how many notices must have come instead; -1 if that is not asked
   */
  public record Marker(String step, int notices) {

    /** Whether it only shows its step waiting first. */
    boolean isOnce() {
      return step.equals("*");
    }
  }

  /**
   * A query that answers one boolean.
   *
   * @param always whether it must hold after each commit too, not only at the end
   */
  public record Invariant(String name, String sql, boolean always) {}

  /** What may go wrong, and for whom; for any session if none is named. */
  public record Fault(Turn turn, Set<String> sessions) {}

  /** The names of the sessions. */
  public List<String> actors() {
    return sessions.stream().map(Session::name).toList();
  }

  /** Whether the file names a cache, or a step goes there. */
  public boolean usesRedis() {
    return world.redis() != null || uses(SessionStep.Kind.REDIS);
  }

  /** The names of the sessions that are processes. */
  Set<String> programs() {
    return sessions.stream()
        .filter(session -> session.command() != null)
        .map(Session::name)
        .collect(Collectors.toSet());
  }

  /** Whether there is a queue. */
  public boolean usesQueues() {
    return !world.queues().isEmpty();
  }

  private boolean uses(SessionStep.Kind kind) {
    return sessions.stream()
        .flatMap(session -> session.steps().stream())
        .anyMatch(step -> step.kind() == kind);
  }

  /** The same at another level. */
  public Scenario at(Level level) {
    return new Scenario(
        name, text, description, level, world, sessions, permutations, seeds, invariants, faults);
  }
}
