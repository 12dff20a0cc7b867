package dev.aftercommit.lab.report;

import dev.aftercommit.lab.search.Found;

/** The schedule as a Mermaid sequence diagram, with the database as a participant. */
final class MermaidReport {

  private MermaidReport() {}

  static String of(Report report) {
    StringBuilder out = new StringBuilder("sequenceDiagram\n");
    for (int i = 0; i < report.actors().size(); i++) {
      out.append("  participant a%d as %s%n".formatted(i, clean(report.actors().get(i))));
    }
    out.append("  participant db as PostgreSQL\n");
    Found shown = report.shown();
    if (shown == null) {
      return out.toString();
    }
    for (Row row : Row.of(shown.run().events())) {
      int actor = report.actors().indexOf(row.actor());
      switch (row.kind()) {
        case STEP -> {
          out.append("  a%d->>db: %s%n".formatted(actor, clean(row.text())));
          if (!row.result().isEmpty()) {
            out.append("  db-->>a%d: %s%n".formatted(actor, clean(row.result())));
          }
        }
        case WAIT -> {
          out.append("  a%d->>db: %s%n".formatted(actor, clean(row.text())));
          out.append("  Note over a%d: %s%n".formatted(actor, clean(row.result())));
        }
        case WAKE -> out.append("  db-->>a%d: %s%n".formatted(actor, clean(row.result())));
        case DEADLOCK ->
            out.append("  db--xa%d: deadlock %s%n".formatted(actor, clean(row.result())));
      }
    }
    shown
        .outcome()
        .broken()
        .forEach(b -> out.append("  Note over db: broken: ").append(clean(b)).append('\n'));
    return out.toString();
  }

  /** A semicolon ends a line in Mermaid, a number sign begins an entity. */
  private static String clean(String text) {
    return text.replaceAll(";\\s*$", "").replace("#", "#35;").replace(";", "#59;");
  }
}
