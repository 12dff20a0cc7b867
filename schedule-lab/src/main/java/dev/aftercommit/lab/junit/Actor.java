package dev.aftercommit.lab.junit;

import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.sql.Effect;
import java.util.HashSet;
import java.util.Set;
import javax.sql.DataSource;

/** What the code of an actor is given: its own ways to the servers, each through its gate. */
public final class Actor {

  private final String name;
  private final Controller controller;
  private final ActorDataSource source;

  Actor(String name, Controller controller, ActorDataSource source) {
    this.name = name;
    this.controller = controller;
    this.source = source;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Gives connections to PostgreSQL; only one may run a statement at a time. */
  public DataSource dataSource() {
    return source;
  }

  /**
   * A place in the code where others may come between. What the code does from here to its next
   * step with something that actors share outside the servers, it names here.
   *
   * @param place what the diagram shows
   * @param reads what is looked at, by any names
   * @param writes what is changed
   * @throws InterruptedException if the schedule is over
   */
  public void point(String place, Set<String> reads, Set<String> writes)
      throws InterruptedException {
    Set<String> written = prefixed(writes);
    controller.point(name, place, new Effect(prefixed(reads), written, written, false, false));
  }

  private static Set<String> prefixed(Set<String> names) {
    Set<String> prefixed = new HashSet<>();
    names.forEach(shared -> prefixed.add("code:" + shared));
    return prefixed;
  }

  boolean isKilled() {
    return controller.isKilled(name);
  }

  /** Takes back what the code has not closed; to be called between schedules. */
  void reset() {
    source.reset();
  }

  void close() {
    source.close();
  }
}
