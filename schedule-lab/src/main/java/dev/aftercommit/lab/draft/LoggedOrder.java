package dev.aftercommit.lab.draft;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The order of the steps of several sessions: that of their first lines, and of commits that of the
 * decoded changes, where there are any.
 */
final class LoggedOrder {

  private final List<SessionDraft> sessions;

  /** The places of commits among all that were decoded. */
  private final Map<DraftStep, Integer> commits = new HashMap<>();

  private final Map<DraftStep, Long> lines = new HashMap<>();

  LoggedOrder(List<SessionDraft> sessions, @Nullable WalText wal) {
    this.sessions = sessions;
    Map<Long, Integer> places = new HashMap<>();
    if (wal != null) {
      wal.commits().forEach(commit -> places.put(commit.txid(), places.size()));
    }
    for (DraftStep step : all()) {
      lines.put(step, step.interval().first());
      Integer place = places.get(step.transaction().txid());
      if (place != null && step.statement().ends()) {
        commits.put(step, place);
      }
    }
    long latest = 0;
    for (DraftStep commit :
        commits.keySet().stream().sorted(Comparator.comparingInt(this::place)).toList()) {
      latest = Math.max(latest, line(commit));
      lines.put(commit, latest);
    }
  }

  private List<DraftStep> all() {
    List<DraftStep> steps = new ArrayList<>();
    sessions.forEach(session -> steps.addAll(session.steps()));
    return steps;
  }

  private int place(DraftStep step) {
    return commits.getOrDefault(step, -1);
  }

  /** The line at which a step is drawn. */
  long line(DraftStep step) {
    return lines.getOrDefault(step, step.interval().first());
  }

  /** All steps. */
  List<DraftStep> steps() {
    return all().stream()
        .sorted(Comparator.comparingLong(this::line).thenComparingInt(this::place))
        .toList();
  }

  /** The steps of other sessions that may have come before or after this one. */
  List<DraftStep> unsure(SessionDraft session, DraftStep step) {
    return sessions.stream()
        .filter(other -> !other.name().equals(session.name()))
        .flatMap(other -> other.steps().stream())
        .filter(other -> !isKnown(step, other) && step.settled().overlaps(other.settled()))
        .toList();
  }

  /** A wait has its order, and BEGIN does nothing that another could see. */
  private boolean isKnown(DraftStep step, DraftStep other) {
    return step.statement().waited() != null
        || other.statement().waited() != null
        || step.statement().begins()
        || other.statement().begins()
        || (commits.containsKey(step) && commits.containsKey(other));
  }
}
