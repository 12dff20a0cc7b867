package dev.aftercommit.lab.report;

import dev.aftercommit.lab.search.Found;
import java.util.List;

/** A report for a terminal of 80 columns. */
public final class TextReport {

  static final int WIDTH = 80;

  private static final int TALLY = 15;

  private TextReport() {}

  /** The whole report. */
  public static String of(Report report) {
    StringBuilder out = new StringBuilder();
    out.append("%s  %s%n".formatted(report.name(), report.level()));
    wrap(out, report.headline());
    Found shown = report.shown();
    if (shown != null) {
      out.append('\n').append(schedule(report, shown));
    }
    if (!report.exploration().outcomes().isEmpty()) {
      out.append("\nHow the schedules ended:\n");
      for (Outcomes.Line line : Outcomes.of(report.exploration(), WIDTH - TALLY)) {
        out.append("%6d  %-5s  %s%n".formatted(line.schedules(), line.verdict(), line.end()));
      }
    }
    if (!report.replay().equals(Replay.NONE)) {
      out.append("%nReplay: %s%n".formatted(report.replay().command()));
    }
    return out.toString();
  }

  /** One schedule with its explanation. */
  public static String schedule(Report report, Found found) {
    StringBuilder out = new StringBuilder();
    out.append(
        new TextDiagram(report.actors(), report.surroundings()).draw(Row.of(found.run().events())));
    for (String broken : found.outcome().broken()) {
      wrap(out, "broken: " + broken);
    }
    wrap(out, "end: " + found.outcome().state());
    found.failures().forEach(failure -> failure.lines().forEach(line -> wrap(out, line)));
    out.append('\n');
    if (found.outcome().fails()) {
      wrap(out, "why: " + Anomaly.explain(report, found));
    }
    wrap(out, report.description().replace('\n', ' '));
    return out.toString();
  }

  /** Lines that were not drawn from a schedule, with a column for each actor. */
  public static String diagram(List<String> actors, List<DiagramLine> lines) {
    return new TextDiagram(actors, new Surroundings(List.of())).drawLines(lines);
  }

  private static void wrap(StringBuilder out, String text) {
    Paragraph.wrap(text, WIDTH).forEach(line -> out.append(line).append('\n'));
  }
}
