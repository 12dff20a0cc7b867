package dev.aftercommit.lab.report;

import java.util.ArrayList;
import java.util.List;

/** A schedule as a table of 80 columns: time runs down, each actor has a column. */
final class TextDiagram {

  private static final int WIDTH = 80;
  private static final int TIME = 4;

  private final List<String> actors;
  private final int column;
  private final StringBuilder out = new StringBuilder();

  TextDiagram(List<String> actors) {
    this.actors = actors;
    this.column = (WIDTH - TIME) / actors.size() - 3;
  }

  String draw(List<Row> rows) {
    line("  t", actors.stream().map(List::of).toList());
    out.append("─".repeat(TIME));
    actors.forEach(actor -> out.append("┼").append("─".repeat(column + 2)));
    out.append('\n');
    for (Row row : rows) {
      List<List<String>> cells = new ArrayList<>();
      for (String actor : actors) {
        cells.add(actor.equals(row.actor()) ? wrap(row.text(), row.result()) : List.of());
      }
      line(row.time() == 0 ? "" : "%3d".formatted(row.time()), cells);
    }
    return out.toString();
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

  /** Breaks at spaces, and puts the result at the right end of the last line. */
  private List<String> wrap(String text, String result) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      while (word.length() > column) {
        flush(lines, line);
        lines.add(word.substring(0, column));
        word = word.substring(column);
      }
      if (line.length() + word.length() + 1 > column) {
        flush(lines, line);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    flush(lines, line);
    if (!result.isEmpty()) {
      String shown = result.length() > column ? result.substring(0, column - 3) + "..." : result;
      String last = lines.isEmpty() ? "" : lines.getLast();
      if (!lines.isEmpty() && last.length() + shown.length() + 1 <= column) {
        lines.set(
            lines.size() - 1, last + " ".repeat(column - last.length() - shown.length()) + shown);
      } else {
        lines.add(" ".repeat(column - shown.length()) + shown);
      }
    }
    return lines;
  }

  private static void flush(List<String> lines, StringBuilder line) {
    if (!line.isEmpty()) {
      lines.add(line.toString());
      line.setLength(0);
    }
  }
}
