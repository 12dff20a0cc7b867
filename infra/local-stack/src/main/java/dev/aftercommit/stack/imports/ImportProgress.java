package dev.aftercommit.stack.imports;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * Shows how far the import is: a bar that is drawn over on a terminal, else a line every two
 * seconds.
 */
final class ImportProgress {

  private static final int WIDTH = 30;
  private static final Duration ON_TERMINAL = Duration.ofMillis(150);
  private static final Duration ELSEWHERE = Duration.ofSeconds(2);

  private final PrintWriter out;
  private final boolean terminal;
  private final long startedAt = System.nanoTime();
  private long shownAt = startedAt;

  ImportProgress(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Shows the state, unless it was shown a moment ago. */
  void show(double done, long rows) {
    long now = System.nanoTime();
    if (now - shownAt < (terminal ? ON_TERMINAL : ELSEWHERE).toNanos()) {
      return;
    }
    shownAt = now;
    out.print(terminal ? "\r" + text(done, rows) + "\u001b[K" : text(done, rows) + "\n");
    out.flush();
  }

  /** Takes the bar away. */
  void clear() {
    if (terminal) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }

  /** Time since the import began. */
  double seconds() {
    return (System.nanoTime() - startedAt) / 1e9;
  }

  private String text(double done, long rows) {
    double seconds = seconds();
    int filled = (int) Math.round(done * WIDTH);
    String bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
    String left =
        done > 0.001 ? "%.0f s left".formatted(seconds / done - seconds) : "estimating time";
    return "Importing %s %3.0f %%  %,d rows  %,.0f rows/s  %s"
        .formatted(bar, done * 100, rows, rows / seconds, left);
  }
}
