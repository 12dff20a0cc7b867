package dev.aftercommit.lab.report;

import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Outcome;
import java.util.Map;

/** A report for a terminal of 80 columns. */
public final class TextReport {

  private static final int WIDTH = 80;

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
      out.append('\n').append("How the schedules ended:\n");
      for (Map.Entry<Outcome, Integer> entry : report.exploration().outcomes().entrySet()) {
        String verdict = entry.getKey().fails() ? "fails" : "holds";
        wrap(out, "%5d  %s  %s".formatted(entry.getValue(), verdict, entry.getKey().state()));
      }
    }
    if (!report.token().isEmpty()) {
      out.append("%nReplay: ./aftercommit lab replay %s%n".formatted(report.token()));
    }
    return out.toString();
  }

  /** One schedule with its explanation. */
  public static String schedule(Report report, Found found) {
    StringBuilder out = new StringBuilder();
    out.append(new TextDiagram(report.actors()).draw(Row.of(found.run().events())));
    for (String broken : found.outcome().broken()) {
      wrap(out, "broken: " + broken);
    }
    wrap(out, "end: " + found.outcome().state());
    out.append('\n');
    if (found.outcome().fails()) {
      wrap(out, "why: " + Anomaly.explain(found.run().events()));
    }
    wrap(out, report.description().replace('\n', ' '));
    return out.toString();
  }

  private static void wrap(StringBuilder out, String text) {
    int length = 0;
    for (String word : text.split("(?<=\\S) ", -1)) {
      if (length > 0 && length + 1 + word.length() > WIDTH) {
        out.append('\n');
        length = 0;
      }
      out.append(length == 0 ? "" : " ").append(word);
      length += word.length() + (length == 0 ? 0 : 1);
    }
    if (length > 0) {
      out.append('\n');
    }
  }
}
