package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.scenario.Scenario.Marker;
import dev.aftercommit.lab.scenario.Scenario.PermutationStep;
import dev.aftercommit.lab.scenario.SessionActor.StepResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Writes a run as isolationtester does. It reports a step when it looks at it, which is not always
 * when the server answers: a marker holds the report back until another step was reported or has
 * given notices, or shows the step waiting although it did not.
 */
final class SpecOutput {

  private final List<PermutationStep> permutation;
  private final Map<String, SessionActor> actors;
  private final Map<String, String> sessionOf;
  private final Map<Integer, String> sessionOfBackend;
  private final StringBuilder out = new StringBuilder();

  /** Places of the permutation that began and are not reported, in the order of their beginning. */
  private final List<Integer> waiting = new ArrayList<>();

  private final Set<Integer> answered = new HashSet<>();
  private final Map<String, Integer> notices = new HashMap<>();
  private final Map<Marker, Integer> wantedNotices = new HashMap<>();

  SpecOutput(
      List<PermutationStep> permutation,
      Map<String, SessionActor> actors,
      Map<String, String> sessionOf,
      Map<Integer, String> sessionOfBackend) {
    this.permutation = permutation;
    this.actors = actors;
    this.sessionOf = sessionOf;
    this.sessionOfBackend = sessionOfBackend;
  }

  String of(Run run) {
    for (int place = 0; place < run.events().size(); place++) {
      reportEarlierStepOf(session(place));
      begin(place, run.events().get(place));
    }
    reportWaiting();
    return out.toString();
  }

  /**
   * A session begins a step only when its last one was reported; others are looked at meanwhile.
   */
  private void reportEarlierStepOf(String session) {
    int before = Integer.MAX_VALUE;
    while (waiting.size() < before
        && waiting.stream().anyMatch(at -> session(at).equals(session))) {
      before = waiting.size();
      List.copyOf(waiting).stream()
          .filter(place -> session(place).equals(session) && mayReport(place))
          .forEach(this::reportAsCompleted);
      reportWaiting();
    }
  }

  private void begin(int place, Event event) {
    PermutationStep step = permutation.get(place);
    for (Marker marker : step.markers()) {
      wantedNotices.put(
          marker,
          notices.getOrDefault(sessionOf.getOrDefault(marker.step(), ""), 0) + marker.notices());
    }
    // Until it is reported it is active, and holds back those that name it.
    waiting.add(place);
    if (!event.waits()) {
      answered.add(place);
    }
    event.woken().forEach(woken -> answered.add(active(woken.actor())));
    boolean shownWaiting = step.markers().stream().anyMatch(Marker::isOnce) || !mayReport(place);
    if (shownWaiting) {
      out.append("step %s: %s <waiting ...>%n".formatted(step.step(), sql(place)));
      // isolationtester looks at the steps before this one now, and at this one later.
      reportWaiting(place);
    } else {
      noLongerWaits(place);
      report(place, "step %s: %s%n".formatted(step.step(), sql(place)));
      reportWaiting();
    }
  }

  private int active(String session) {
    return waiting.stream()
        .filter(place -> session(place).equals(session) && !answered.contains(place))
        .findFirst()
        .orElse(-1);
  }

  private void reportWaiting() {
    reportWaiting(Integer.MAX_VALUE);
  }

  /** Reports what can be reported of the steps before this place, until nothing more comes free. */
  private void reportWaiting(int end) {
    int before;
    boolean held;
    do {
      before = waiting.size();
      held = false;
      for (int place : List.copyOf(waiting)) {
        if (place < end && mayReport(place)) {
          reportAsCompleted(place);
        } else {
          held |= place < end && !permutation.get(place).markers().isEmpty();
        }
      }
    } while (held && waiting.size() < before);
  }

  private boolean mayReport(int place) {
    return answered.contains(place)
        && permutation.get(place).markers().stream().noneMatch(this::holdsBack);
  }

  private boolean holdsBack(Marker marker) {
    if (marker.isOnce()) {
      return false;
    }
    if (marker.notices() >= 0) {
      return notices.getOrDefault(sessionOf.getOrDefault(marker.step(), ""), 0)
          < wantedNotices.getOrDefault(marker, 0);
    }
    return waiting.stream().anyMatch(place -> permutation.get(place).step().equals(marker.step()));
  }

  private void reportAsCompleted(int place) {
    noLongerWaits(place);
    report(place, "step %s: <... completed>%n".formatted(permutation.get(place).step()));
  }

  private void noLongerWaits(int place) {
    waiting.removeIf(other -> other == place);
  }

  private void report(int place, String line) {
    SessionActor actor = actors.get(session(place));
    int index = (int) permutation.stream().limit(place).filter(s -> isOf(s, place)).count();
    if (actor == null || index >= actor.results().size()) {
      out.append(line);
      return;
    }
    StepResult result = actor.results().get(index);
    String session = session(place);
    result.notices().forEach(notice -> out.append("%s: %s%n".formatted(session, message(notice))));
    notices.merge(session, result.notices().size(), Integer::sum);
    out.append(line);
    result.tables().forEach(table -> out.append(table.print()));
    Exception error = result.error();
    if (error != null) {
      out.append(message(error)).append('\n');
    }
    result
        .notifications()
        .forEach(
            notification ->
                out.append(
                    "%s: NOTIFY \"%s\" with payload \"%s\" from %s%n"
                        .formatted(
                            session,
                            notification.getName(),
                            notification.getParameter(),
                            sender(notification.getPID()))));
  }

  private String sender(int backend) {
    return sessionOfBackend.getOrDefault(backend, "PID " + backend);
  }

  private boolean isOf(PermutationStep step, int place) {
    return sessionOf.getOrDefault(step.step(), "").equals(session(place));
  }

  private String session(int place) {
    return sessionOf.getOrDefault(permutation.get(place).step(), "");
  }

  private String sql(int place) {
    SessionActor actor = actors.get(session(place));
    return actor == null ? "" : actor.textOf(permutation.get(place).step());
  }

  private static String message(Exception error) {
    if (error instanceof PSQLException failure) {
      ServerErrorMessage message = failure.getServerErrorMessage();
      if (message != null) {
        return message(message);
      }
    }
    return "ERROR:  " + error.getMessage();
  }

  private static String message(ServerErrorMessage message) {
    return "%s:  %s".formatted(message.getSeverity(), message.getMessage());
  }
}
