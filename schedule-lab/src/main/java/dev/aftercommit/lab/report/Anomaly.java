package dev.aftercommit.lab.report;

import dev.aftercommit.lab.report.History.Act;
import dev.aftercommit.lab.search.Found;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Names what went wrong, from who read and wrote which rows when: the shortest circle of
 * dependencies, with the name that Adya, Berenson and Elle give it. An edge {@code A →rw B} says
 * that A read what B replaced, {@code →ww} that B replaced what A wrote, {@code →wr} that B read
 * it. Rows are told by table and by the conditions in WHERE, so the name is a reading of the
 * statements, not a proof.
 */
final class Anomaly {

  private final History history;

  private Anomaly(History history) {
    this.history = history;
  }

  /**
   * One paragraph.
   *
   * @param report whose isolation level says what a transaction sees
   */
  static String explain(Report report, Found found) {
    return explain(
        new History(found.run().events(), !report.level().equalsIgnoreCase("READ COMMITTED")));
  }

  private static String explain(History history) {
    Anomaly anomaly = new Anomaly(history);
    return Stream.<Supplier<@Nullable String>>of(
            anomaly::skippedLock,
            anomaly::lostUpdate,
            anomaly::readSkew,
            anomaly::twoMissed,
            anomaly::missedAndReplaced,
            anomaly::lostMessage)
        .map(Supplier::get)
        .flatMap(Stream::ofNullable)
        .findFirst()
        .orElse(
            "no circle of reads and writes explains it; look at what commits between two steps of one actor.");
  }

  private List<Act> acts() {
    return history.acts();
  }

  /** Takes a locked row for none. */
  private @Nullable String skippedLock() {
    for (Act skips : acts()) {
      for (Act holder : acts()) {
        boolean held =
            !skips.found()
                && skips.access().locks()
                && skips.text().toLowerCase(Locale.ROOT).contains("skip locked")
                && !holder.actor().equals(skips.actor())
                && holder.found()
                && holder.access().locks()
                && skips.access().readsAs(holder.access())
                && holder.time() < skips.time()
                && skips.time() < history.visible(holder);
        if (held) {
          return "at %d %s finds no row in %s and goes on as if there were none, but %s, which locked it at %d, still has it. No circle of dependencies: SKIP LOCKED said \"locked\", not \"empty\" (lost work, no standard name)."
              .formatted(
                  skips.time(),
                  skips.actor(),
                  skips.access().read(),
                  holder.actor(),
                  holder.time());
        }
      }
    }
    return null;
  }

  /** Reads first, overwrites later what was committed in between. */
  private @Nullable String lostUpdate() {
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
    if (read.transaction() == write.transaction() || read.transaction() < 0) {
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
  private @Nullable String readSkew() {
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
  private @Nullable String twoMissed() {
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

  private static String missed(Act read, Act write) {
    return "at %d %s reads %s, %s at %d"
        .formatted(
            read.time(),
            read.actor(),
            read.access().read(),
            (write.access().inserts() ? "to which %s adds" : "which %s changes")
                .formatted(write.actor()),
            write.time());
  }

  /** Reads one thing before it is changed, and replaces another that was changed with it. */
  private @Nullable String missedAndReplaced() {
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

  /** Sees what was inserted later, and not what was inserted before and commits after. */
  private @Nullable String lostMessage() {
    for (Act read : acts()) {
      for (Act early : acts()) {
        for (Act late : acts()) {
          if (early.access().inserts()
              && late.access().inserts()
              && early.time() < late.time()
              && history.misses(read, early)
              && read.access().sees(late.access())
              && !read.actor().equals(late.actor())
              && history.visible(late) < read.time()) {
            return "at %d %s reads %s: it sees what %s inserted at %d, and not what %s inserted before, at %d, and commits after, at %d. Who remembers the highest number passes over it for ever (%s →rw %s). No circle of dependencies: lost message (no standard name)."
                .formatted(
                    read.time(),
                    read.actor(),
                    read.access().read(),
                    late.actor(),
                    late.time(),
                    early.actor(),
                    early.time(),
                    history.visible(early),
                    read.actor(),
                    early.actor());
          }
        }
      }
    }
    return null;
  }
}
