package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Decision;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.search.Checkpoint.Open;
import dev.aftercommit.lab.search.Recorder.Extent;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs every schedule once, those with fewer preemptions first (iterative context bounding,
 * Musuvathi and Qadeer 2007). An actor goes on until it waits or ends; each place where another
 * could have gone on begins further schedules, and so does each place where the server lets another
 * go on than it did.
 */
final class PreemptionOrder {

  private static final long WAIT_MILLIS = 50;

  private final Recorder recorder;
  private final TreeMap<Integer, Deque<Prefix>> open = new TreeMap<>();
  private int active;
  private int begun;

  /**
   * The first choices of schedules.
   *
   * @param choices the places of the options
   * @param signatures what was seen at each choice
   * @param race what the server has done after them
   */
  record Prefix(List<Integer> choices, List<String> signatures, Race race) {}

  private record Task(Prefix prefix, int preemptions) {}

  PreemptionOrder(Recorder recorder) {
    this.recorder = recorder;
    add(0, new Prefix(List.of(), List.of(), Race.NONE));
  }

  /** Goes on with what was left. */
  PreemptionOrder(Recorder recorder, List<Open> left) {
    this.recorder = recorder;
    left.forEach(one -> add(one.preemptions(), one.prefix()));
  }

  /** What is left. */
  synchronized List<Open> left() {
    List<Open> left = new ArrayList<>();
    open.forEach(
        (preemptions, prefixes) ->
            prefixes.forEach(prefix -> left.add(new Open(preemptions, prefix))));
    return left;
  }

  /**
   * Searches.
   *
   * @param bound preemptions at most
   * @param most schedules to begin at most
   * @return how much was run
   */
  Extent search(List<Lane> lanes, int bound, int most) throws SQLException, InterruptedException {
    Lanes.run(
        lanes,
        recorder,
        lane -> {
          for (Task task = take(bound, most); task != null; task = take(bound, most)) {
            try {
              follow(lane.experiment(), task);
            } finally {
              ended();
            }
          }
        });
    return extent(bound);
  }

  private synchronized Extent extent(int bound) {
    if (open.isEmpty()) {
      return Extent.ALL;
    }
    return open.firstKey() > bound ? Extent.WITHIN_PREEMPTIONS : Extent.PART;
  }

  private synchronized void add(int preemptions, Prefix prefix) {
    open.computeIfAbsent(preemptions, key -> new ArrayDeque<>()).add(prefix);
    notifyAll();
  }

  /** The next prefix to follow; waits while other lanes may find one. Null if there is none. */
  private synchronized @Nullable Task take(int bound, int most) throws InterruptedException {
    while (!recorder.isSpent() && begun < most) {
      Map.Entry<Integer, Deque<Prefix>> first = open.firstEntry();
      if (first != null && first.getKey() <= bound) {
        Prefix prefix = first.getValue().remove();
        if (first.getValue().isEmpty()) {
          open.remove(first.getKey());
        }
        active++;
        begun++;
        return new Task(prefix, first.getKey());
      }
      if (active == 0) {
        return null;
      }
      wait(WAIT_MILLIS);
    }
    return null;
  }

  private synchronized void ended() {
    active--;
    notifyAll();
  }

  private void follow(Experiment experiment, Task task) throws SQLException, InterruptedException {
    Prefix prefix = task.prefix();
    Follower follower = new Follower(prefix);
    for (int repeat = 0; repeat < Recorder.REPEATS; repeat++) {
      if (repeat > 0 && recorder.isSpent()) {
        add(task.preemptions(), prefix);
        return;
      }
      follower.begin();
      Run run = recorder.run(experiment, follower);
      if (follower.difference.isEmpty()) {
        branch(task, run, follower.choices);
        return;
      }
    }
    if (!prefix.race().missing().isEmpty() || follower.raced) {
      recorder.unseen(prefix.race(), prefix.choices().size());
    } else {
      recorder.nondeterministic(
          "after the same %d choices, %d times: %s"
              .formatted(follower.choices.size(), Recorder.REPEATS, follower.difference));
    }
  }

  /** Takes the choices of a prefix, and then lets each actor go on as long as it can. */
  private static final class Follower implements Chooser {
    final Prefix prefix;
    List<Integer> choices = new ArrayList<>();
    String difference = "";
    boolean raced;

    Follower(Prefix prefix) {
      this.prefix = prefix;
    }

    void begin() {
      choices = new ArrayList<>();
      difference = "";
    }

    @Override
    public int choose(Decision decision, Run.Progress soFar) {
      int at = soFar.decisions().size();
      List<Event> events = soFar.events();
      boolean free = at >= prefix.choices().size();
      if (!free && !prefix.signatures().get(at).equals(decision.signature())) {
        raced |= at > 0 && events.getLast().isRace();
        return differs(prefix.signatures().get(at), decision.signature());
      }
      boolean another = at == prefix.choices().size() && !prefix.race().missing().isEmpty();
      if ((free && WakeOrder.isKnown(events))
          || (another && prefix.race().seen().contains(decision.signature()))) {
        raced = true;
        return differs("another actor first", decision.signature());
      }
      int choice = free ? Math.max(0, decision.indexOf(decision.last())) : prefix.choices().get(at);
      choices.add(choice);
      return choice;
    }

    private int differs(String expected, String found) {
      difference = "expected [%s], found [%s]".formatted(expected, found);
      return CUT;
    }
  }

  private void branch(Task task, Run run, List<Integer> choices) {
    int fixed = task.prefix().choices().size();
    List<String> signatures = run.decisions().stream().map(Decision::signature).toList();
    for (int at = Math.max(1, fixed); at < signatures.size(); at++) {
      Race before = at == fixed ? task.prefix().race() : Race.NONE;
      Race race = before.and(signatures.get(at), run.events().subList(0, at));
      if (!race.missing().isEmpty()) {
        add(
            task.preemptions(),
            new Prefix(
                List.copyOf(choices.subList(0, at)), List.copyOf(signatures.subList(0, at)), race));
      }
    }
    for (int at = fixed; at < signatures.size(); at++) {
      Decision decision = run.decisions().get(at);
      for (int other = 0; other < decision.options().size(); other++) {
        if (other != choices.get(at)) {
          List<Integer> first = new ArrayList<>(choices.subList(0, at));
          first.add(other);
          add(
              task.preemptions() + cost(decision, other),
              new Prefix(first, List.copyOf(signatures.subList(0, at + 1)), Race.NONE));
        }
      }
    }
  }

  /** Whoever waits or has ended cannot be interrupted; a fault of its own is no interruption. */
  private static int cost(Decision decision, int other) {
    boolean interrupts =
        decision.indexOf(decision.last()) >= 0
            && !decision.options().get(other).actor().equals(decision.last());
    return interrupts ? 1 : 0;
  }
}
