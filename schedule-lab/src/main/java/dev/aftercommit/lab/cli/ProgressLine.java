package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.stack.rest.Terminal;
import java.io.PrintWriter;

/** One line that moves on a terminal, and one line at the end elsewhere. */
final class ProgressLine implements Explorer.Progress {

  private static final long INTERVAL_NANOS = 200_000_000;

  private final PrintWriter err;
  private final boolean terminal = Terminal.isInteractive();
  private String last = "";
  private long shown;

  ProgressLine(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void told(int runs, int failing, double perSecond) {
    last = "%,d schedules, %.0f/s, %,d failing".formatted(runs, perSecond, failing);
    if (terminal && System.nanoTime() - shown > INTERVAL_NANOS) {
      shown = System.nanoTime();
      err.print("\r\033[K" + last);
      err.flush();
    }
  }

  void done() {
    err.println((terminal ? "\r\033[K" : "") + last);
  }

  /** Leaves nothing of it. */
  void erase() {
    if (terminal) {
      err.print("\r\033[K");
      err.flush();
    }
  }
}
