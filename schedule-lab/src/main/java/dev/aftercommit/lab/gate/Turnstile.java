package dev.aftercommit.lab.gate;

/** Whom a gate asks before it lets a step through, and tells what became of it. */
public interface Turnstile {

  /** The session of a step that does not go to the database. */
  int NO_SESSION = 0;

  /**
   * A step has come to the gate and is about to {@link #await}. A gate that lets others go on as
   * soon as it {@linkplain Gate#awaitQuiet is quiet} says this before: else they could be first.
   */
  default void coming(String actor, Step step) {}

  /**
   * Waits until it is the step's turn.
   *
   * @param actor whose gate it is
   * @param session the process id of the database's session, or {@link #NO_SESSION}
   * @return what shall become of it: {@link Turn#RUN}, {@link Turn#REFUSE} or one of {@link
   *     Step#faults}
   */
  Turn await(String actor, int session, Step step) throws InterruptedException;

  /** The server has answered the step; the actor does not know yet. */
  void completed(String actor, Step step, Reply reply);

  /** The actor does nothing until something is delivered to it. */
  void idle(String actor);

  /**
   * Whether the server's answer that a statement was cancelled is shown to the actor as a deadlock:
   * the lab chose this session as the victim.
   */
  boolean isDeadlockVictim(int session);

  /** Something was seen that no schedule can cover; the run proves nothing. */
  void unsound(String reason);
}
