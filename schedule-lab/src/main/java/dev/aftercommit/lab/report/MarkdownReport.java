package dev.aftercommit.lab.report;

import dev.aftercommit.lab.search.Found;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A report as Markdown: a column per actor, and one each for what is committed, locked and so on.
 */
final class MarkdownReport {

  private static final int END = 100;

  private final Report report;
  private final Surroundings surroundings;
  private final StringBuilder out = new StringBuilder();

  private MarkdownReport(Report report) {
    this.report = report;
    this.surroundings = report.surroundings();
  }

  static String of(Report report) {
    MarkdownReport markdown = new MarkdownReport(report);
    markdown.write();
    return markdown.out.toString();
  }

  private void write() {
    out.append("## %s, %s%n%n%s%n%n".formatted(report.name(), report.level(), report.headline()));
    if (!report.description().isEmpty()) {
      out.append(report.description()).append("\n\n");
    }
    Found shown = report.shown();
    if (shown != null) {
      table(Row.of(shown.run().events()));
      shown.outcome().broken().forEach(b -> out.append("**Broken:** ").append(b).append("  \n"));
      out.append("**End:** `").append(shown.outcome().state()).append("`\n\n");
      shown.failures().forEach(f -> out.append("```\n").append(f).append("\n```\n\n"));
      if (shown.outcome().fails()) {
        out.append("**Why:** ").append(Anomaly.explain(report, shown)).append("\n\n");
      }
    }
    if (!report.exploration().outcomes().isEmpty()) {
      out.append("| schedules | | end |\n|--:|---|---|\n");
      for (Outcomes.Line line : Outcomes.of(report.exploration(), END)) {
        out.append(
            "| %d | %s | `%s` |%n".formatted(line.schedules(), line.verdict(), escape(line.end())));
      }
    }
    if (!report.replay().equals(Replay.NONE)) {
      out.append("%nReplay: `%s`%n".formatted(report.replay().command()));
    }
  }

  private void table(List<Row> rows) {
    int columns = report.actors().size() + surroundings.columns().size();
    out.append("| t |");
    report.actors().forEach(actor -> out.append(' ').append(escape(actor)).append(" |"));
    surroundings.columns().forEach(column -> out.append(' ').append(column.title()).append(" |"));
    out.append("\n|--:|").append("---|".repeat(columns)).append('\n');
    if (!surroundings.columns().isEmpty()) {
      out.append("| |").append("  |".repeat(report.actors().size()));
      surroundings(0, false);
    }
    for (Row row : rows) {
      out.append("| ").append(row.time()).append(" |");
      for (String actor : report.actors()) {
        String cell = actor.equals(row.actor()) ? cell(row) : "";
        out.append(' ').append(cell).append(" |");
      }
      surroundings(row.moment(), !row.follows());
    }
    out.append('\n');
  }

  /** What is new is bold. */
  private void surroundings(int moment, boolean fresh) {
    for (Surroundings.Column column : surroundings.columns()) {
      String items =
          surroundings.at(column, moment).stream()
              .map(item -> fresh && item.isNew() ? "**" + item.text() + "**" : item.text())
              .map(MarkdownReport::escape)
              .collect(Collectors.joining("<br>"));
      out.append(' ').append(items).append(" |");
    }
    out.append('\n');
  }

  private static String cell(Row row) {
    boolean sql = row.kind() == Row.Kind.STEP || row.kind() == Row.Kind.WAIT;
    String text = escape(row.text());
    return ((sql ? "`" + text + "`" : "*" + text + "*") + " " + escape(row.result())).strip();
  }

  private static String escape(String text) {
    return text.replace("|", "\\|");
  }
}
