package dev.aftercommit.lab.gate;

/** Whom a gate asks before it lets a step through, and tells what became of it. */
public interface Turnstile {

  /** What shall become of a step. */
  enum Pass {
    /** It may run. */
    RUN,
    /** The schedule is over: it fails without reaching the server. */
    REFUSE
  }

  /**
   * Waits until the step may run.
   *
   * @param actor whose gate it is
   * @param session the process id of the server's session
   */
  Pass await(String actor, int session, Step step) throws InterruptedException;

  /** The server has answered the step; the actor does not know yet. */
  void completed(String actor, Step step, Reply reply);

  /**
   * Whether the server's answer that a statement was cancelled is shown to the actor as a deadlock:
   * the lab chose this session as the victim.
   */
  boolean isDeadlockVictim(int session);

  /** Something was seen that no schedule can cover; the run proves nothing. */
  void unsound(String reason);
}
