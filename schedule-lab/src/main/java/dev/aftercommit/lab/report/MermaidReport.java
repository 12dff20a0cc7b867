package dev.aftercommit.lab.report;

import dev.aftercommit.lab.search.Found;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The schedule as a Mermaid sequence diagram with the database as a participant; what is committed
 * and locked is noted at it when it changes.
 */
final class MermaidReport {

  private final Report report;
  private final StringBuilder out = new StringBuilder("sequenceDiagram\n");

  private MermaidReport(Report report) {
    this.report = report;
  }

  static String of(Report report) {
    MermaidReport mermaid = new MermaidReport(report);
    mermaid.write();
    return mermaid.out.toString();
  }

  private void write() {
    for (int i = 0; i < report.actors().size(); i++) {
      line("participant a%d as %s".formatted(i, clean(report.actors().get(i))));
    }
    line("participant db as PostgreSQL");
    Found shown = report.shown();
    if (shown == null) {
      return;
    }
    Surroundings surroundings = report.surroundings();
    List<Row> rows = Row.of(shown.run().events());
    note(surroundings, 0);
    for (int i = 0; i < rows.size(); i++) {
      draw(rows.get(i));
      if (i + 1 == rows.size() || !rows.get(i + 1).follows()) {
        note(surroundings, rows.get(i).moment());
      }
    }
    shown.outcome().broken().forEach(b -> line("Note over db: broken: " + clean(b)));
  }

  private void draw(Row row) {
    int actor = report.actors().indexOf(row.actor());
    String text = clean(row.text());
    String result = clean(row.result());
    switch (row.kind()) {
      case STEP -> {
        line("a%d->>db: %s".formatted(actor, text));
        if (!result.isEmpty()) {
          line("db-->>a%d: %s".formatted(actor, result));
        }
      }
      case WAIT -> {
        line("a%d->>db: %s".formatted(actor, text));
        line("Note over a%d: %s".formatted(actor, result));
      }
      case WAKE -> line("db-->>a%d: %s".formatted(actor, result.isEmpty() ? text : result));
      case FAULT -> line("a%d-xdb: %s %s".formatted(actor, text, result));
      case DEADLOCK -> line("db--xa%d: deadlock %s".formatted(actor, result));
    }
  }

  private void note(Surroundings surroundings, int moment) {
    String news =
        surroundings.columns().stream()
            .filter(column -> surroundings.changes(column, moment))
            .map(column -> clean(column.title() + " " + surroundings.news(column, moment)))
            .collect(Collectors.joining("<br/>"));
    if (!news.isEmpty()) {
      line("Note over db: " + news);
    }
  }

  private void line(String text) {
    out.append("  ").append(text).append('\n');
  }

  /** A semicolon ends a line in Mermaid, a number sign begins an entity. */
  private static String clean(String text) {
    return text.replaceAll(";\\s*$", "").replace("#", "#35;").replace(";", "#59;");
  }
}
