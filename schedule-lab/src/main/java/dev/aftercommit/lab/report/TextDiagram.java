package dev.aftercommit.lab.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A schedule as a table of 80 columns: time runs down, each actor has a column. What is committed,
 * locked, cached and queued has lines of its own when it changes: columns for them would leave too
 * little for the SQL.
 */
final class TextDiagram {

  private static final int TIME = 4;

  private final List<String> actors;
  private final Surroundings surroundings;
  private final int column;
  private final StringBuilder out = new StringBuilder();

  TextDiagram(List<String> actors, Surroundings surroundings) {
    this.actors = actors;
    this.surroundings = surroundings;
    this.column = (TextReport.WIDTH - TIME) / actors.size() - 3;
  }

  String draw(List<Row> rows) {
    head();
    surroundings(0);
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      line(new DiagramLine(row.time(), row.actor(), row.text(), row.result()));
      if (i + 1 == rows.size() || !rows.get(i + 1).follows()) {
        surroundings(row.moment());
      }
    }
    return out.toString();
  }

  String drawLines(List<DiagramLine> lines) {
    head();
    lines.forEach(this::line);
    return out.toString();
  }

  private void head() {
    line("  t", actors.stream().map(List::of).toList());
    out.append("─".repeat(TIME));
    actors.forEach(actor -> out.append("┼").append("─".repeat(column + 2)));
    out.append('\n');
  }

  private void line(DiagramLine line) {
    List<List<String>> cells = new ArrayList<>();
    for (String actor : actors) {
      cells.add(actor.equals(line.actor()) ? cell(line.text(), line.result()) : List.of());
    }
    line("%3s".formatted(line.time()), cells);
  }

  /** What is not as it was a moment before. */
  private void surroundings(int moment) {
    for (Surroundings.Column kind : surroundings.columns()) {
      if (surroundings.changes(kind, moment)) {
        String title = "    ╎ %-9s  ".formatted(kind.title());
        int width = TextReport.WIDTH - title.length();
        for (String line : Paragraph.wrap(surroundings.news(kind, moment), width)) {
          out.append(title).append(line).append('\n');
          title = "    ╎ " + " ".repeat(title.length() - 6);
        }
      }
    }
  }

  private void line(String time, List<List<String>> cells) {
    int height = cells.stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < height; i++) {
      StringBuilder line = new StringBuilder("%-4s".formatted(i == 0 ? time : ""));
      for (List<String> cell : cells) {
        line.append("│ ").append(pad(i < cell.size() ? cell.get(i) : "")).append(' ');
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
  }

  private String pad(String text) {
    return text + " ".repeat(Math.max(0, column - text.length()));
  }

  /** The result stands at the right end of the last line, if it fits there. */
  private List<String> cell(String text, String result) {
    List<String> lines = new ArrayList<>(Paragraph.wrap(text, column));
    if (result.isEmpty()) {
      return lines;
    }
    String shown = result.length() > column ? result.substring(0, column - 1) + "…" : result;
    String last = lines.isEmpty() ? "" : lines.getLast();
    if (!lines.isEmpty() && last.length() + shown.length() + 1 <= column) {
      lines.removeLast();
    } else {
      last = "";
    }
    lines.add(last + " ".repeat(column - last.length() - shown.length()) + shown);
    return lines;
  }
}
