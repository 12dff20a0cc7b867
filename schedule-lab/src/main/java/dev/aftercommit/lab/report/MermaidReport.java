package dev.aftercommit.lab.report;

import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.amqp.AmqpStep;
import dev.aftercommit.lab.gate.postgres.SqlStep;
import dev.aftercommit.lab.gate.redis.RedisStep;
import dev.aftercommit.lab.search.Found;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    if (surroundings.columns().contains(Surroundings.Column.CACHE)
        || rows.stream().anyMatch(row -> row.step() instanceof RedisStep)) {
      line("participant cache as Redis");
    }
    if (surroundings.columns().contains(Surroundings.Column.QUEUE)
        || rows.stream().anyMatch(row -> row.step() instanceof AmqpStep)) {
      line("participant queue as RabbitMQ");
    }
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
    String actor = "a" + report.actors().indexOf(row.actor());
    String server = server(row.step(), actor);
    String text = clean(row.text());
    String result = clean(row.result());
    switch (row.kind()) {
      case STEP -> {
        if (isDelivery(row.step())) {
          line("%s->>%s: %s".formatted(server, actor, (text + " " + result).strip()));
        } else {
          line("%s->>%s: %s".formatted(actor, server, text));
          if (!result.isEmpty()) {
            line("%s-->>%s: %s".formatted(server, actor, result));
          }
        }
      }
      case WAIT -> {
        line("%s->>%s: %s".formatted(actor, server, text));
        line("Note over %s: %s".formatted(actor, result));
      }
      case WAKE -> line("%s-->>%s: %s".formatted(server, actor, result.isEmpty() ? text : result));
      case FAULT -> line("%s-x%s: %s %s".formatted(actor, server, text, result));
      case DEADLOCK -> line("%s--x%s: deadlock %s".formatted(server, actor, result));
    }
  }

  private static String server(Step step, String actor) {
    return switch (step) {
      case SqlStep sql -> "db";
      case RedisStep redis -> "cache";
      case AmqpStep amqp -> "queue";
      // A place in its own code.
      default -> actor;
    };
  }

  private static boolean isDelivery(Step step) {
    return step instanceof AmqpStep amqp && amqp.kind() == AmqpStep.Kind.DELIVER;
  }

  /** Each beside its server. */
  private void note(Surroundings surroundings, int moment) {
    Map<String, List<String>> news = new LinkedHashMap<>();
    for (Surroundings.Column column : surroundings.columns()) {
      if (surroundings.changes(column, moment)) {
        String server =
            switch (column) {
              case COMMITTED, LOCKS -> "db";
              case CACHE -> "cache";
              case QUEUE -> "queue";
            };
        news.computeIfAbsent(server, name -> new ArrayList<>())
            .add(clean(column.title() + " " + surroundings.news(column, moment)));
      }
    }
    news.forEach(
        (server, lines) -> line("Note over %s: %s".formatted(server, String.join("<br/>", lines))));
  }

  private void line(String text) {
    out.append("  ").append(text).append('\n');
  }

  /** A semicolon ends a line in Mermaid, a number sign begins an entity. */
  private static String clean(String text) {
    return text.replaceAll(";\\s*$", "").replace("#", "#35;").replace(";", "#59;");
  }
}
