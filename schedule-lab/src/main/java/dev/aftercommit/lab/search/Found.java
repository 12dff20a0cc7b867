package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Run;
import java.util.List;

/** One schedule and its end. */
public record Found(Run run, Outcome outcome) {

  /** What actors failed with, if the schedule fails: a text of one or more lines each. */
  public List<String> failures() {
    if (!outcome.fails() || run.end() != Run.End.COMPLETE) {
      return List.of();
    }
    return run.failures().entrySet().stream()
        .map(
            failure -> "%s failed: %s".formatted(failure.getKey(), failure.getValue().getMessage()))
        .toList();
  }
}
