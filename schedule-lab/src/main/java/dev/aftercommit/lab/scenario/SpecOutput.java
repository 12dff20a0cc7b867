package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.scenario.Scenario.Marker;
import dev.aftercommit.lab.scenario.Scenario.PermutationStep;
import dev.aftercommit.lab.scenario.SessionActor.StepResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Writes a run as isolationtester does. A marker holds the report of a step back until another is
 * complete, or shows it waiting although it did not.
 */
final class SpecOutput {

  private final List<PermutationStep> permutation;
  private final Map<String, SessionActor> actors;
  private final Map<String, String> sessionOf;
  private final StringBuilder out = new StringBuilder();
  private final List<PermutationStep> waiting = new ArrayList<>();
  private final Set<String> answered = new HashSet<>();
  private final Map<String, Integer> next = new HashMap<>();
  private final Map<String, StepResult> results = new HashMap<>();

  SpecOutput(
      List<PermutationStep> permutation,
      Map<String, SessionActor> actors,
      Map<String, String> sessionOf) {
    this.permutation = permutation;
    this.actors = actors;
    this.sessionOf = sessionOf;
  }

  String of(Run run) {
    List<Event> events = run.events();
    for (int i = 0; i < events.size(); i++) {
      PermutationStep step = permutation.get(i);
      Event event = events.get(i);
      String session = sessionOf.getOrDefault(step.step(), "");
      if (!event.waits()) {
        answer(step.step(), session);
      }
      event.woken().forEach(woken -> answerWaiting(woken.actor()));
      boolean shown = !event.waits() && mayReport(step) && !hasMarker(step, "*");
      if (shown) {
        report(step, false);
      } else {
        out.append("step %s: %s <waiting ...>%n".formatted(step.step(), sql(step)));
      }
      reportWaiting();
      if (!shown) {
        waiting.add(step);
        if (hasMarker(step, "*")) {
          reportWaiting();
        }
      }
    }
    reportWaiting();
    return out.toString();
  }

  private void answerWaiting(String session) {
    for (PermutationStep step : waiting) {
      if (sessionOf.getOrDefault(step.step(), "").equals(session)
          && !answered.contains(step.step())) {
        answer(step.step(), session);
        return;
      }
    }
  }

  private void answer(String step, String session) {
    answered.add(step);
    int at = next.merge(session, 1, Integer::sum) - 1;
    SessionActor actor = actors.get(session);
    if (actor != null && at < actor.results().size()) {
      results.put(step, actor.results().get(at));
    }
  }

  private boolean mayReport(PermutationStep step) {
    for (Marker marker : step.markers()) {
      boolean open = waiting.stream().anyMatch(other -> other.step().equals(marker.step()));
      if (!marker.step().equals("*") && marker.notices() < 0 && open) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasMarker(PermutationStep step, String name) {
    return step.markers().stream().anyMatch(marker -> marker.step().equals(name));
  }

  private void reportWaiting() {
    boolean again = true;
    while (again) {
      again = false;
      for (PermutationStep step : List.copyOf(waiting)) {
        if (answered.contains(step.step()) && mayReport(step)) {
          waiting.remove(step);
          report(step, true);
          again = true;
        }
      }
    }
  }

  private String sql(PermutationStep step) {
    SessionActor actor = actors.get(sessionOf.getOrDefault(step.step(), ""));
    return actor == null ? "" : actor.textOf(step.step());
  }

  private void report(PermutationStep step, boolean waited) {
    StepResult result = results.get(step.step());
    if (result != null) {
      result.notices().forEach(notice -> out.append(notice).append('\n'));
    }
    out.append(
        waited
            ? "step %s: <... completed>%n".formatted(step.step())
            : "step %s: %s%n".formatted(step.step(), sql(step)));
    if (result == null) {
      return;
    }
    result.tables().forEach(table -> out.append(table.print()));
    SQLException error = result.error();
    if (error != null) {
      out.append(message(error)).append('\n');
    }
  }

  private static String message(SQLException error) {
    if (error instanceof PSQLException failure) {
      ServerErrorMessage message = failure.getServerErrorMessage();
      if (message != null) {
        return "%s:  %s".formatted(message.getSeverity(), message.getMessage());
      }
    }
    return "ERROR:  " + error.getMessage();
  }
}
