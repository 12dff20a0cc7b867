package dev.aftercommit.lab.scenario;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario file says.
 *
 * @param name of the file, without folder and ending
 * @param text the file itself
 * @param description the comment it begins with
 * @param level of transactions that name none
 * @param setup SQL blocks that make the tables, each one query
 * @param teardown SQL that removes them; null if there is none
 * @param sessions the actors
 * @param permutations the schedules it names; if there are none, all are explored
 * @param invariants what must hold at the end; if there are none, the end must be that of some
 *     serial order
 */
public record Scenario(
    String name,
    String text,
    String description,
    Level level,
    List<String> setup,
    @Nullable String teardown,
    List<Session> sessions,
    List<List<PermutationStep>> permutations,
    List<Invariant> invariants) {

  /** An actor: its steps in order, and what runs on its connection before and after. */
  public record Session(
      String name, @Nullable String setup, @Nullable String teardown, List<SqlStep> steps) {}

  /** A named query. */
  public record SqlStep(String name, String sql) {}

  /** A step of a permutation with its markers. */
  public record PermutationStep(String step, List<Marker> markers) {}

  /**
   * Says when a step is reported.
   *
   * @param step the step that must be complete before; {@code *} for "show it waiting first"
   * @param notices how many notices must have come instead; -1 if that is not asked
   */
  public record Marker(String step, int notices) {}

  /** A query that answers one boolean. */
  public record Invariant(String name, String sql) {}

  /** The names of the sessions. */
  public List<String> actors() {
    return sessions.stream().map(Session::name).toList();
  }

  /** The same at another level. */
  public Scenario at(Level level) {
    return new Scenario(
        name, text, description, level, setup, teardown, sessions, permutations, invariants);
  }
}
