package dev.aftercommit.stack.process;

import org.jspecify.annotations.Nullable;

/**
 * An action for the end of this program, however it ends short of SIGKILL, that can be called off.
 */
public final class ShutdownHook {

  private final String name;
  private volatile @Nullable Thread thread;

  /**
   * @param name of the thread that runs the action
   */
  public ShutdownHook(String name) {
    this.name = name;
  }

  /** Has the action run when this program ends. */
  public void run(Runnable action) {
    Thread hook = Thread.ofPlatform().name(name).unstarted(action);
    Runtime.getRuntime().addShutdownHook(hook);
    thread = hook;
  }

  /** Calls it off. */
  public void cancel() {
    Thread hook = thread;
    if (hook == null) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending: the action runs now or has run.
    }
  }
}
