package dev.aftercommit.system.schedules;

import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.Turnstile;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sees at an actor's gate to PostgreSQL when its instance has ended what it goes on with after its
 * answer: the closing of a day, or a worker of a payroll run. Each is one thread that begins when
 * the request has done its last step, so its steps follow those of the request; only the client
 * would not know when it has ended.
 */
final class BackgroundWork implements Turnstile {

  /** A closing tries to claim what is open, then what it has opened itself. */
  private static final String CLAIM_OF_CLOSING = "UPDATE daily_reset SET runner = ";

  private static final int CLAIMS_OF_CLOSING = 2;
  private static final String END_OF_PAYROLL_RUN = "UPDATE payroll_run SET finished_at";

  /** What a closing tries again when it is refused; all else ends what it belongs to. */
  private static final String CHUNK_OF_CLOSING = "WITH mine AS";

  /** Longer than the lab waits for an actor before it says so. */
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final Turnstile stage;
  private String statement = "";
  private int claims;
  private CountDownLatch end = new CountDownLatch(1);

  BackgroundWork(Turnstile stage) {
    this.stage = stage;
  }

  /** The next schedule begins. */
  synchronized void begin() {
    claims = 0;
    end = new CountDownLatch(1);
  }

  /** Waits until it has ended, or was refused a step because the schedule is over. */
  void awaitEnd() throws InterruptedException {
    if (!ending().await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(
          "an instance that answered 202 has not ended its work within %s; its last statement: %s"
              .formatted(LIMIT, lastStatement()));
    }
  }

  private synchronized CountDownLatch ending() {
    return end;
  }

  private synchronized String lastStatement() {
    return statement;
  }

  @Override
  public Turn await(String actor, int session, Step step) throws InterruptedException {
    Turn turn = stage.await(actor, session, step);
    if (turn == Turn.REFUSE) {
      refused(step);
    }
    return turn;
  }

  @Override
  public void completed(String actor, Step step, Reply reply) {
    stage.completed(actor, step, reply);
    note(step);
  }

  private synchronized void refused(Step step) {
    String doing = isCommit(step) ? statement : step.text();
    if (!doing.startsWith(CHUNK_OF_CLOSING)) {
      end.countDown();
    }
  }

  private synchronized void note(Step step) {
    if (!isCommit(step)) {
      statement = step.text();
      return;
    }
    if (statement.startsWith(CLAIM_OF_CLOSING)) {
      claims++;
    }
    if (claims == CLAIMS_OF_CLOSING || statement.startsWith(END_OF_PAYROLL_RUN)) {
      end.countDown();
    }
  }

  private static boolean isCommit(Step step) {
    return step.text().startsWith("COMMIT");
  }

  @Override
  public void idle(String actor) {
    stage.idle(actor);
  }

  @Override
  public boolean isDeadlockVictim(int session) {
    return stage.isDeadlockVictim(session);
  }

  @Override
  public void unsound(String reason) {
    stage.unsound(reason);
  }
}
