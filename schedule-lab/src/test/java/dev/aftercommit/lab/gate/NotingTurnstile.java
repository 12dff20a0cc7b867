package dev.aftercommit.lab.gate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Lets steps through, or does with them what the test says, and notes what it is told. */
public final class NotingTurnstile implements Turnstile {

  /** How {@link #seen} tells that the actor waits. */
  public static final String IDLE = "idle";

  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private final List<String> coming = Collections.synchronizedList(new ArrayList<>());
  private final List<String> unsound = Collections.synchronizedList(new ArrayList<>());
  private final Set<Integer> sessions = ConcurrentHashMap.newKeySet();
  private final Queue<Turn> next = new ConcurrentLinkedQueue<>();
  private volatile Turn others = Turn.RUN;
  private volatile @Nullable Gate cut;

  /** What becomes of the next steps, of each one of these. */
  public void next(Turn... turns) {
    next.addAll(List.of(turns));
  }

  /** What becomes of all other steps from now on. */
  public void all(Turn turn) {
    others = turn;
  }

  /** From now on a step that kills cuts this gate first, as the lab does. */
  public void cutsWhenKilling(Gate gate) {
    cut = gate;
  }

  /** Each step, and each answer behind an arrow. */
  public List<String> seen() {
    return seen;
  }

  /** What no schedule can cover. */
  public List<String> unsound() {
    return unsound;
  }

  /** The sessions whose steps have come. */
  public Set<Integer> sessions() {
    return sessions;
  }

  /** The steps that have come, also those that are not in {@link #seen} yet. */
  public List<String> coming() {
    return coming;
  }

  @Override
  public void coming(String actor, Step step) {
    coming.add(step.text());
  }

  @Override
  public Turn await(String actor, int session, Step step) {
    seen.add(step.text());
    sessions.add(session);
    Turn given = next.poll();
    Turn turn = given == null ? others : given;
    Gate gate = cut;
    if (turn.kills() && gate != null) {
      gate.cut();
    }
    return turn;
  }

  @Override
  public void completed(String actor, Step step, Reply reply) {
    seen.add("-> " + reply.summary());
  }

  @Override
  public void idle(String actor) {
    seen.add(IDLE);
  }

  @Override
  public boolean isDeadlockVictim(int session) {
    return false;
  }

  @Override
  public void unsound(String reason) {
    unsound.add(reason);
  }
}
