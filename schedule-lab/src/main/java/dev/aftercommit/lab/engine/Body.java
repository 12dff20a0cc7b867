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

  /**
   * Whether it stands for a process of its own. Such an actor may leave a transaction open when it
   * ends; the server rolls it back as the actor's last step.
   */
  default boolean isProcess() {
    return false;
  }
}
