package dev.aftercommit.lab.report;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.postgres.SqlStep;
import dev.aftercommit.lab.sql.Access;
import dev.aftercommit.lab.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names what went wrong, from who read and wrote which rows when. Rows are told by table and by the
 * conditions in WHERE, so the name is a reading of the statements, not a proof.
 */
final class Anomaly {

  /** One statement in the schedule. */
  private record Act(int time, String actor, int transaction, Access access) {}

  private final List<Act> acts = new ArrayList<>();
  private final Map<String, List<Integer>> commits = new HashMap<>();

  private Anomaly(List<Event> events) {
    int time = 0;
    for (Event event : events) {
      time++;
      String actor = event.option().actor();
      if (!event.option().victim() && !event.waits()) {
        add(time, actor, event.option().step(), event.reply() != null && event.reply().failed());
      }
      for (Event.Completion woken : event.woken()) {
        add(time, woken.actor(), woken.step(), woken.reply().failed());
      }
    }
  }

  private void add(int time, String actor, Step step, boolean failed) {
    List<Integer> ends = commits.computeIfAbsent(actor, name -> new ArrayList<>());
    if (failed) {
      return;
    }
    if (step instanceof SqlStep sql && sql.kind() == SqlStep.Kind.AUTOCOMMIT_COMMIT) {
      ends.add(time);
      return;
    }
    for (Statement statement : step.statements()) {
      if (statement.kind() == Statement.Kind.COMMIT) {
        ends.add(time);
      } else if (statement.kind() == Statement.Kind.READ
          || statement.kind() == Statement.Kind.WRITE) {
        acts.add(new Act(time, actor, ends.size(), Access.of(statement, step.text())));
      }
    }
  }

  /** One paragraph. */
  static String explain(List<Event> events) {
    Anomaly anomaly = new Anomaly(events);
    String found = anomaly.lostUpdate();
    if (found == null) {
      found = anomaly.writeSkew();
    }
    if (found == null) {
      found = anomaly.readSkew();
    }
    return found == null
        ? "no circle of reads and writes explains it; look at what commits between two steps of one actor."
        : found;
  }

  private int commitOf(Act act) {
    List<Integer> ends = commits.getOrDefault(act.actor(), List.of());
    return act.transaction() < ends.size() ? ends.get(act.transaction()) : Integer.MAX_VALUE;
  }

  /** Reads first, overwrites later what was committed in between. */
  private @Nullable String lostUpdate() {
    for (Act read : acts) {
      for (Act other : acts) {
        for (Act write : acts) {
          boolean circle =
              read.actor().equals(write.actor())
                  && !read.actor().equals(other.actor())
                  && read.access().reads()
                  && other.access().writes()
                  && write.access().writes()
                  && read.access().meets(other.access())
                  && write.access().meets(other.access())
                  && read.time() < commitOf(other)
                  && commitOf(other) <= write.time();
          if (circle) {
            return "at %d %s reads %s before %s has committed its change of it (%s →rw %s); at %d %s overwrites that change (%s →ww %s). A circle with one rw edge over one row: lost update (P4)."
                .formatted(
                    read.time(),
                    read.actor(),
                    read.access().rows(),
                    other.actor(),
                    read.actor(),
                    other.actor(),
                    write.time(),
                    write.actor(),
                    other.actor(),
                    write.actor());
          }
        }
      }
    }
    return null;
  }

  /** Each reads what the other changes, and neither sees the change. */
  private @Nullable String writeSkew() {
    for (Act read : acts) {
      for (Act otherRead : acts) {
        for (Act write : acts) {
          for (Act otherWrite : acts) {
            boolean circle =
                read.actor().equals(write.actor())
                    && otherRead.actor().equals(otherWrite.actor())
                    && !read.actor().equals(otherRead.actor())
                    && read.access().reads()
                    && otherRead.access().reads()
                    && write.access().writes()
                    && otherWrite.access().writes()
                    && read.access().meets(otherWrite.access())
                    && otherRead.access().meets(write.access())
                    && read.time() < commitOf(otherWrite)
                    && otherRead.time() < commitOf(write);
            if (circle) {
              return "at %d %s reads %s, which %s changes at %d; at %d %s reads %s, which %s changes at %d; neither sees the other's change (%s →rw %s →rw %s). A circle of two rw edges: write skew (G2)."
                  .formatted(
                      read.time(),
                      read.actor(),
                      read.access().rows(),
                      otherWrite.actor(),
                      otherWrite.time(),
                      otherRead.time(),
                      otherRead.actor(),
                      otherRead.access().rows(),
                      write.actor(),
                      write.time(),
                      read.actor(),
                      otherRead.actor(),
                      read.actor());
            }
          }
        }
      }
    }
    return null;
  }

  /** Reads before and after a commit, and takes both for one state. */
  private @Nullable String readSkew() {
    for (Act first : acts) {
      for (Act second : acts) {
        for (Act write : acts) {
          boolean circle =
              first.actor().equals(second.actor())
                  && !first.actor().equals(write.actor())
                  && first.time() < second.time()
                  && first.access().reads()
                  && second.access().reads()
                  && write.access().writes()
                  && first.access().meetsTable(write.access())
                  && second.access().meetsTable(write.access())
                  && first.time() < commitOf(write)
                  && commitOf(write) < second.time();
          if (circle) {
            return "%s reads %s at %d, before %s commits at %d, and %s at %d, after it: it has seen two states (%s →rw %s →wr %s). A circle with one rw edge: read skew (G-single, A5A)."
                .formatted(
                    first.actor(),
                    first.access().rows(),
                    first.time(),
                    write.actor(),
                    commitOf(write),
                    second.access().rows(),
                    second.time(),
                    first.actor(),
                    write.actor(),
                    first.actor());
          }
        }
      }
    }
    return null;
  }
}
