package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.draft.LoggedStatement.Wait;
import dev.aftercommit.lab.report.DiagramLine;
import dev.aftercommit.lab.report.TextReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What happened, drawn as far as a log tells; {@code ~} marks what may have happened elsewhere. */
final class DraftDiagram {

  private static final String UNSURE = "~ ";

  /** A line and where it belongs. */
  private record Placed(
      long line, double millis, boolean follows, String actor, String text, String result) {}

  private final List<SessionDraft> sessions;
  private final LoggedOrder order;
  private final List<Placed> placed = new ArrayList<>();

  private DraftDiagram(List<SessionDraft> sessions, LoggedOrder order) {
    this.sessions = sessions;
    this.order = order;
  }

  static String of(List<SessionDraft> sessions, LoggedOrder order, Spans spans) {
    DraftDiagram diagram = new DraftDiagram(sessions, order);
    for (DraftStep step : order.steps()) {
      sessions.stream()
          .filter(session -> session.steps().contains(step))
          .forEach(session -> diagram.add(session, step));
    }
    // Steps on the same line keep their order.
    diagram.placed.sort(Comparator.comparingLong(Placed::line));
    for (SessionDraft session : sessions) {
      spans.elsewhere(session.unit().trace()).forEach(span -> diagram.add(session, span));
    }
    List<DiagramLine> lines = new ArrayList<>();
    int time = 0;
    for (Placed each : diagram.placed) {
      String number = each.follows() ? "" : Integer.toString(++time);
      lines.add(new DiagramLine(number, each.actor(), each.text(), each.result()));
    }
    return TextReport.diagram(sessions.stream().map(SessionDraft::name).toList(), lines);
  }

  private void add(SessionDraft session, DraftStep step) {
    String mark = order.unsure(session, step).isEmpty() ? "" : UNSURE;
    String text = mark + step.statement().sql().line();
    Interval interval = step.interval();
    Wait wait = step.statement().waited();
    if (wait == null) {
      place(session, step, text, step.result());
      return;
    }
    String holders =
        String.join(
            ", ",
            sessions.stream()
                .filter(
                    other ->
                        wait.holders().stream().anyMatch(other.unit().transactions()::contains))
                .map(SessionDraft::name)
                .toList());
    String whom = holders.isEmpty() ? "another transaction" : holders;
    place(session, step, text, "… waits for " + whom);
    long woken = Math.min(wait.granted(), interval.last());
    placed.add(new Placed(woken, interval.end(), true, session.name(), "… goes on", step.result()));
  }

  private void place(SessionDraft session, DraftStep step, String text, String result) {
    double begin = step.interval().begin();
    placed.add(new Placed(order.line(step), begin, false, session.name(), text, result));
  }

  /** Spans have another clock, so their places are never sure. */
  private void add(SessionDraft session, Spans.Span span) {
    int at = 0;
    while (at < placed.size() && placed.get(at).millis() <= span.begin()) {
      at++;
    }
    String text = UNSURE + span.system() + ": " + span.text();
    long line = at == 0 ? -1 : placed.get(at - 1).line();
    placed.add(at, new Placed(line, span.begin(), false, session.name(), text, ""));
  }
}
