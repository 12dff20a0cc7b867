package dev.aftercommit.lab.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How actors and the processes they stand for end: by themselves, with the schedule, killed. */
final class Processes {

  private final Stage stage;

  Processes(Stage stage) {
    this.stage = stage;
  }

  /** The actor's process dies with the step that is next: its connections are about to break. */
  void killing(ActorState actor) {
    stage.lock.lock();
    try {
      actor.killed = true;
      actor.dying = true;
    } finally {
      stage.lock.unlock();
    }
  }

  /** Waits until all connections of the killed process are gone, so that a new one has its own. */
  void awaitDeath(ActorState actor) {
    stage.lock.lock();
    try {
      while (actor.dying && !stage.isOver()) {
        actor.released.awaitUninterruptibly();
      }
      actor.killed = false;
    } finally {
      stage.lock.unlock();
    }
  }

  /**
   * Waits for the end of the actor's process.
   *
   * @return false if it has to be ended: the schedule is over, or the actor was killed
   */
  boolean awaitEnd(ActorState actor, CompletableFuture<?> ended) throws InterruptedException {
    CompletableFuture<Void> telling = ended.thenRun(() -> tell(actor));
    stage.lock.lock();
    try {
      while (!ended.isDone() && !stage.isOver() && !actor.killed) {
        actor.released.await();
      }
      return !stage.isOver() && !actor.killed;
    } finally {
      telling.cancel(false);
      stage.lock.unlock();
    }
  }

  private void tell(ActorState actor) {
    stage.lock.lock();
    try {
      actor.released.signalAll();
    } finally {
      stage.lock.unlock();
    }
  }

  /**
   * Waits until the gates have done everything that the actor's process has sent before its end.
   */
  void awaitDisconnected(ActorState actor) throws InterruptedException {
    stage.lock.lock();
    try {
      while (actor.isConnected()) {
        actor.released.await(1, TimeUnit.MILLISECONDS);
      }
    } finally {
      stage.lock.unlock();
    }
  }

  /** The actor's code has ended. */
  void ended(ActorState actor, @Nullable Throwable failure) {
    try {
      actor.awaitDone();
    } catch (InterruptedException e) {
      // The lab is being closed.
      Thread.currentThread().interrupt();
    }
    stage.lock.lock();
    try {
      actor.failure = failure;
      actor.thinking = false;
      actor.idle = false;
      actor.alive = false;
      stage.changed.signalAll();
    } finally {
      stage.lock.unlock();
    }
  }
}
