package dev.aftercommit.stack.rest;

import java.io.Console;
import java.util.Optional;

/** What the program's output goes to. */
public final class Terminal {

  private Terminal() {}

  /** Whether a person sees the output on a terminal, so that lines may be drawn over. */
  public static boolean isInteractive() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }
}
