package dev.aftercommit.lab.report;

import dev.aftercommit.lab.report.History.Act;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Circles of dependencies between transactions. An edge {@code A →rw B} says that A read what B
 * replaced, {@code →ww} that B replaced what A wrote, {@code →wr} that B read it.
 */
final class Circles {

  private final History history;

  Circles(History history) {
    this.history = history;
  }

  private List<Act> acts() {
    return history.acts();
  }

  /** Reads first, overwrites later what was committed in between. */
  @Nullable String lostUpdate() {
    for (Act read : acts()) {
      for (Act write : acts()) {
        for (Act other : acts()) {
          if (History.inOrder(read, write)
              && read.access().sees(write.access())
              && history.misses(read, other)
              && history.replaces(write, other)) {
            return "at %d %s reads %s before %s has committed its change of it (%s →rw %s); at %d %s overwrites that change (%s →ww %s).%s A circle with one rw edge over one row: lost update (P4)."
                .formatted(
                    read.time(),
                    read.actor(),
                    read.access().read(),
                    other.actor(),
                    read.actor(),
                    other.actor(),
                    write.time(),
                    write.actor(),
                    other.actor(),
                    write.actor(),
                    between(read, write));
          }
        }
      }
    }
    return null;
  }

  private String between(Act read, Act write) {
    if (read.transaction() == write.transaction()) {
      return "";
    }
    return " %s reads and writes in two transactions%s."
        .formatted(
            read.actor(),
            read.access().locks()
                ? ": the commit at %d gave its lock back".formatted(history.visible(read))
                : "");
  }

  /** Reads before and after a commit, and takes both for one state. */
  @Nullable String readSkew() {
    for (Act first : acts()) {
      for (Act second : acts()) {
        for (Act missed : acts()) {
          if (History.inOrder(first, second) && history.misses(first, missed)) {
            for (Act seen : acts()) {
              if (seen.actor().equals(missed.actor())
                  && seen.transaction() == missed.transaction()
                  && second.access().sees(seen.access())
                  && history.visible(seen) < history.snapshot(second)) {
                return twoStates(first, second, missed);
              }
            }
          }
        }
      }
    }
    return null;
  }

  private String twoStates(Act first, Act second, Act missed) {
    return "%s reads %s at %d, before %s commits at %d, and %s at %d, after it: it has seen two states (%s →rw %s →wr %s). A circle with one rw edge: read skew (G-single, A5A)."
        .formatted(
            first.actor(),
            first.access().read(),
            first.time(),
            missed.actor(),
            history.visible(missed),
            second.access().read(),
            second.time(),
            first.actor(),
            missed.actor(),
            first.actor());
  }

  /** Each reads what the other changes, and neither sees the change. */
  @Nullable String twoMissed() {
    for (Act read : acts()) {
      for (Act write : acts()) {
        for (Act otherRead : acts()) {
          for (Act otherWrite : acts()) {
            if (read.actor().equals(write.actor())
                && otherRead.actor().equals(otherWrite.actor())
                && history.misses(read, otherWrite)
                && history.misses(otherRead, write)) {
              boolean rows = !write.access().inserts() && !otherWrite.access().inserts();
              return "%s; %s; neither sees the other's change (%s →rw %s →rw %s). A circle of two rw edges%s."
                  .formatted(
                      missed(read, otherWrite),
                      missed(otherRead, write),
                      read.actor(),
                      otherRead.actor(),
                      read.actor(),
                      rows
                          ? ": write skew (G2-item, A5B)"
                          : " over rows that were not there yet: phantom (G2)");
            }
          }
        }
      }
    }
    return null;
  }

  private String missed(Act read, Act write) {
    int snapshot = history.snapshot(read);
    return "at %d %s reads %s%s, %s at %d"
        .formatted(
            read.time(),
            read.actor(),
            read.access().read(),
            snapshot < read.time() ? " as it was at " + snapshot : "",
            (write.access().inserts() ? "to which %s adds" : "which %s changes")
                .formatted(write.actor()),
            write.time());
  }

  /** Reads one thing before it is changed, and replaces another that was changed with it. */
  @Nullable String missedAndReplaced() {
    for (Act read : acts()) {
      for (Act missed : acts()) {
        for (Act write : acts()) {
          for (Act replaced : acts()) {
            if (history.misses(read, missed)
                && read.actor().equals(write.actor())
                && replaced.actor().equals(missed.actor())
                && replaced.transaction() == missed.transaction()
                && history.replaces(write, replaced)) {
              return "%s (%s →rw %s); at %d %s replaces %s, which %s had written at %d (%s →ww %s). A circle with one rw edge: G-single."
                  .formatted(
                      missed(read, missed),
                      read.actor(),
                      missed.actor(),
                      write.time(),
                      write.actor(),
                      write.access().written(),
                      replaced.actor(),
                      replaced.time(),
                      replaced.actor(),
                      write.actor());
            }
          }
        }
      }
    }
    return null;
  }
}
