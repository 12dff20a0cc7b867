package dev.aftercommit.stack.demo;

import java.io.PrintWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells a person what is going on: a line per event, and a status that is drawn over on a terminal
 * and repeated every two seconds elsewhere. Thread-safe.
 */
final class Screen {

  private static final Duration ON_TERMINAL = Duration.ofMillis(150);
  private static final Duration ELSEWHERE = Duration.ofSeconds(2);

  private final PrintWriter out;
  private final boolean terminal;
  private long shownAt = System.nanoTime();
  private @Nullable String status;

  Screen(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  PrintWriter out() {
    return out;
  }

  /** Prints a line that stays. */
  synchronized void line(String text) {
    clearStatus();
    out.println(text);
    out.flush();
  }

  /** Shows what is being done or waited for, unless something was shown a moment ago. */
  synchronized void status(String text) {
    long now = System.nanoTime();
    if (now - shownAt < (terminal ? ON_TERMINAL : ELSEWHERE).toNanos()) {
      return;
    }
    shownAt = now;
    if (terminal) {
      status = text;
      out.print("\r" + text + "\u001b[K");
    } else {
      out.println(text);
    }
    out.flush();
  }

  /** Ends the status, so that the next one waits its turn. */
  synchronized void clearStatus() {
    shownAt = System.nanoTime();
    if (status != null) {
      out.print("\r\u001b[K");
      out.flush();
      status = null;
    }
  }
}
