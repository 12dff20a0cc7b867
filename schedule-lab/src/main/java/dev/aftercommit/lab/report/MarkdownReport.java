package dev.aftercommit.lab.report;

import dev.aftercommit.lab.search.Found;
import java.util.List;

/** A report as Markdown: the schedule is a table with a column per actor. */
final class MarkdownReport {

  private MarkdownReport() {}

  static String of(Report report) {
    StringBuilder out = new StringBuilder();
    out.append("## %s, %s%n%n%s%n%n".formatted(report.name(), report.level(), report.headline()));
    if (!report.description().isEmpty()) {
      out.append(report.description()).append("\n\n");
    }
    Found shown = report.shown();
    if (shown != null) {
      table(out, report.actors(), Row.of(shown.run().events()));
      shown.outcome().broken().forEach(b -> out.append("**Broken:** ").append(b).append("  \n"));
      out.append("**End:** `").append(shown.outcome().state()).append("`\n\n");
      if (shown.outcome().fails()) {
        out.append("**Why:** ").append(Anomaly.explain(shown.run().events())).append("\n\n");
      }
    }
    out.append("| schedules | | end |\n|--:|---|---|\n");
    report
        .exploration()
        .outcomes()
        .forEach(
            (outcome, count) ->
                out.append(
                    "| %d | %s | `%s` |%n"
                        .formatted(
                            count, outcome.fails() ? "fails" : "holds", escape(outcome.state()))));
    if (!report.token().isEmpty()) {
      out.append("%nReplay: `./aftercommit lab replay %s`%n".formatted(report.token()));
    }
    return out.toString();
  }

  private static void table(StringBuilder out, List<String> actors, List<Row> rows) {
    out.append("| t | ").append(String.join(" | ", actors)).append(" |\n|--:|");
    out.append("---|".repeat(actors.size())).append('\n');
    for (Row row : rows) {
      out.append("| ").append(row.time() == 0 ? "" : row.time()).append(" |");
      for (String actor : actors) {
        String cell = actor.equals(row.actor()) ? cell(row) : "";
        out.append(' ').append(cell).append(" |");
      }
      out.append('\n');
    }
    out.append('\n');
  }

  private static String cell(Row row) {
    boolean sql = row.kind() == Row.Kind.STEP || row.kind() == Row.Kind.WAIT;
    String text = escape(row.text());
    return (sql ? "`" + text + "`" : "*" + text + "*") + " " + escape(row.result());
  }

  private static String escape(String text) {
    return text.replace("|", "\\|");
  }
}
