package dev.aftercommit.lab.search;

import dev.aftercommit.lab.search.Checkpoint.SavedPart;
import dev.aftercommit.lab.search.Recorder.Extent;
import dev.aftercommit.lab.sql.Relation;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The search with sleep sets in several lanes: one that has nothing left gets a part of what
 * another has. What is run does not depend on who runs it.
 */
final class ReducedSearch {

  private static final long WAIT_MILLIS = 50;

  private final Recorder recorder;
  private final Deque<Part> open = new ArrayDeque<>();
  private int active;
  private int waiting;

  /**
   * A part of the search.
   *
   * @param path the places that lead there
   * @param base the first of them that is the part's own
   */
  record Part(List<Place> path, int base) {}

  ReducedSearch(Recorder recorder) {
    this.recorder = recorder;
    open.add(new Part(List.of(), 0));
  }

  /** Goes on with what was left. */
  ReducedSearch(Recorder recorder, List<SavedPart> left) {
    this.recorder = recorder;
    for (SavedPart part : left) {
      open.add(new Part(part.path().stream().map(Place::new).toList(), part.base()));
    }
  }

  /** What is left. */
  synchronized List<SavedPart> left() {
    return open.stream()
        .map(part -> new SavedPart(part.path().stream().map(Place::saved).toList(), part.base()))
        .toList();
  }

  /** Searches; every lane has a relation. */
  Extent search(List<Lane> lanes) throws SQLException, InterruptedException {
    Lanes.run(
        lanes,
        recorder,
        lane -> {
          Relation relation = lane.relation();
          for (Part part = take(); part != null && relation != null; part = take()) {
            try {
              work(new SleepSets(recorder, lane.experiment(), relation, part));
            } finally {
              ended();
            }
          }
        });
    return open.isEmpty() ? Extent.ALL : Extent.PART;
  }

  private void work(SleepSets search) throws SQLException, InterruptedException {
    boolean left = true;
    while (left && !recorder.isSpent()) {
      left = search.step();
      if (left && isSomebodyWaiting()) {
        Part part = search.share();
        if (part != null) {
          add(part);
        }
      }
    }
    if (left) {
      add(search.rest());
    }
  }

  private synchronized void add(Part part) {
    open.add(part);
    notifyAll();
  }

  private synchronized boolean isSomebodyWaiting() {
    return waiting > open.size();
  }

  private synchronized void ended() {
    active--;
    notifyAll();
  }

  private synchronized @Nullable Part take() throws InterruptedException {
    while (!recorder.isSpent()) {
      if (!open.isEmpty()) {
        active++;
        return open.remove();
      }
      if (active == 0) {
        return null;
      }
      waiting++;
      wait(WAIT_MILLIS);
      waiting--;
    }
    return null;
  }
}
