package dev.aftercommit.stack.process;

import java.io.IOException;

/** Sends the signals that {@link Process} has no method for. */
final class Signals {

  private Signals() {}

  static void send(String signal, long pid) {
    try {
      // The kill of the shell: the program of that name is missing from small images.
      int exit =
          new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid)
              .redirectErrorStream(true)
              .start()
              .waitFor();
      if (exit != 0 && ProcessHandle.of(pid).isPresent()) {
        throw new StackException("Cannot send " + signal + " to process " + pid);
      }
    } catch (IOException e) {
      throw new StackException("Cannot send " + signal + " to process " + pid, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("Interrupted while sending " + signal, e);
    }
  }
}
