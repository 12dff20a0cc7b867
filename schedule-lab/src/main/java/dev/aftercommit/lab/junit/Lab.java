package dev.aftercommit.lab.junit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** What a schedule test is about: the rows it begins with, who acts, and what must hold. */
public final class Lab {

  /** The code of an actor, run once per schedule. */
  @FunctionalInterface
  public interface ActorCode {

    /**
     * Does what the actor does; what it throws is part of how the schedule ends and fails nothing
     * by itself.
     *
     * @param dataSource gives connections through the actor's gate; only one may be in use at a
     *     time
     */
    void run(DataSource dataSource) throws Exception;
  }

  private final List<String> fixture = new ArrayList<>();
  private final Map<String, ActorCode> actors = new LinkedHashMap<>();
  private final Map<String, String> invariants = new LinkedHashMap<>();

  Lab() {}

  /** SQL that makes the tables and rows that every schedule begins with. */
  public void fixture(String sql) {
    fixture.add(sql);
  }

  /**
   * Names an actor; the order of the calls is that of the columns.
   *
   * @throws IllegalArgumentException if there is one of this name
   */
  public void actor(String name, ActorCode code) {
    if (actors.putIfAbsent(name, code) != null) {
      throw new IllegalArgumentException("There are two actors named " + name);
    }
  }

  /** SQL that must answer true at the end of every schedule. */
  public void finallyHolds(String name, String sql) {
    invariants.put(name, sql);
  }

  List<String> fixture() {
    return List.copyOf(fixture);
  }

  Map<String, ActorCode> actors() {
    return actors;
  }

  Map<String, String> invariants() {
    return invariants;
  }

  void check() {
    if (actors.size() < 2 || invariants.isEmpty()) {
      throw new IllegalStateException(
          "A schedule test names two actors or more and what must hold; this one names %s and %s"
              .formatted(actors.keySet(), invariants.keySet()));
    }
  }
}
