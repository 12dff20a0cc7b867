package dev.aftercommit.lab.engine;

/** The code of an actor, run once per schedule. */
@FunctionalInterface
public interface Body {

  /** Does what the actor does; what it throws is kept as its result and fails nothing by itself. */
  void run() throws Exception;

  /** Whether it begins anew when its process was killed, as a supervisor would have it. */
  default boolean restarts() {
    return false;
  }
}
