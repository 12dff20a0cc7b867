package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Decision;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.search.Recorder.Extent;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;

/**
 * Runs every schedule once, those with fewer preemptions first (iterative context bounding,
 * Musuvathi and Qadeer 2007). An actor goes on until it waits or ends; each place where another
 * could have gone on begins further schedules.
 */
final class PreemptionOrder {

  private static final int REPEATS = 20;

  private final Recorder recorder;
  private final TreeMap<Integer, Deque<Prefix>> open = new TreeMap<>();

  /** The first choices of a schedule, and what was seen at each. */
  private record Prefix(List<Integer> choices, List<String> signatures) {}

  PreemptionOrder(Recorder recorder) {
    this.recorder = recorder;
  }

  /**
   * Searches.
   *
   * @param bound preemptions at most
   * @param most schedules to run at most
   * @return how much was run
   */
  Extent search(int bound, int most) throws SQLException, InterruptedException {
    open.computeIfAbsent(0, key -> new ArrayDeque<>()).add(new Prefix(List.of(), List.of()));
    int runs = 0;
    while (!open.isEmpty() && open.firstKey() <= bound && runs++ < most && !recorder.isSpent()) {
      int preemptions = open.firstKey();
      Deque<Prefix> next = open.get(preemptions);
      if (next == null) {
        break;
      }
      Prefix prefix = next.remove();
      if (next.isEmpty()) {
        open.remove(preemptions);
      }
      follow(prefix, preemptions);
    }
    if (recorder.isSpent()) {
      return Extent.PART;
    }
    if (open.isEmpty()) {
      return Extent.ALL;
    }
    return open.firstKey() > bound ? Extent.WITHIN_PREEMPTIONS : Extent.PART;
  }

  private void follow(Prefix prefix, int preemptions) throws SQLException, InterruptedException {
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      List<String> differences = new ArrayList<>();
      List<Integer> choices = new ArrayList<>();
      Run run =
          recorder.run(
              (decision, soFar) -> {
                int at = soFar.decisions().size();
                if (at < prefix.signatures().size()
                    && !prefix.signatures().get(at).equals(decision.signature())) {
                  differences.add(
                      "expected [%s], found [%s]"
                          .formatted(prefix.signatures().get(at), decision.signature()));
                  return Chooser.CUT;
                }
                int choice =
                    at < prefix.choices().size()
                        ? prefix.choices().get(at)
                        : Math.max(0, decision.indexOf(decision.last()));
                choices.add(choice);
                return choice;
              });
      if (differences.isEmpty()) {
        branch(prefix, preemptions, run, choices);
        return;
      }
      if (repeat + 1 == REPEATS) {
        recorder.nondeterministic(
            "after the same %d choices, %d times: %s"
                .formatted(choices.size(), REPEATS, differences.getFirst()));
      }
    }
  }

  private void branch(Prefix prefix, int preemptions, Run run, List<Integer> choices) {
    for (int at = prefix.choices().size(); at < run.decisions().size(); at++) {
      Decision decision = run.decisions().get(at);
      for (int other = 0; other < decision.options().size(); other++) {
        if (other == choices.get(at)) {
          continue;
        }
        List<Integer> first = new ArrayList<>(choices.subList(0, at));
        first.add(other);
        List<String> seen =
            run.decisions().subList(0, at + 1).stream().map(Decision::signature).toList();
        // Whoever waits or has ended cannot be interrupted; a fault of its own is no interruption.
        boolean interrupts =
            decision.indexOf(decision.last()) >= 0
                && !decision.options().get(other).actor().equals(decision.last());
        int cost = interrupts ? 1 : 0;
        open.computeIfAbsent(preemptions + cost, key -> new ArrayDeque<>())
            .add(new Prefix(first, seen));
      }
    }
  }
}
