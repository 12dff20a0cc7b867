package dev.aftercommit.benchmarks;

import java.io.IOException;

/** Stops a process and lets it go on, so that a backlog can grow while it is warm. */
final class Signals {

  private Signals() {}

  static void pause(long pid) throws InterruptedException {
    send("-STOP", pid);
  }

  static void resume(long pid) throws InterruptedException {
    send("-CONT", pid);
  }

  private static void send(String signal, long pid) throws InterruptedException {
    try {
      int exit = new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException("kill %s %d ended with %d".formatted(signal, pid, exit));
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot run kill: " + e.getMessage(), e);
    }
  }
}
