package dev.aftercommit.lab.report;

import dev.aftercommit.lab.search.Found;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One file with a drawing, which the arrow keys step through; it loads nothing. */
final class HtmlReport {

  private static final int COLUMN = 330;
  private static final int LEFT = 50;
  private static final int TOP = 50;
  private static final int LINE = 17;
  private static final int CHARACTERS = 42;
  private static final int GAP = 14;

  private final Report report;
  private final StringBuilder svg = new StringBuilder();
  private int y = TOP;

  private HtmlReport(Report report) {
    this.report = report;
  }

  static String of(Report report) {
    HtmlReport html = new HtmlReport(report);
    Found shown = report.shown();
    int steps = shown == null ? 0 : html.draw(Row.of(shown.run().events()));
    StringBuilder text = new StringBuilder();
    if (shown != null) {
      shown.outcome().broken().forEach(b -> paragraph(text, "broken", "Broken: " + b));
      paragraph(text, "end", "End: " + shown.outcome().state());
      if (shown.outcome().fails()) {
        paragraph(text, "why", "Why: " + Anomaly.explain(shown.run().events()));
      }
    }
    paragraph(text, "about", report.description());
    if (!report.token().isEmpty()) {
      paragraph(text, "token", "./aftercommit lab replay " + report.token());
    }
    return template()
        .replace("@TITLE@", escape(report.name() + ", " + report.level()))
        .replace("@HEADLINE@", escape(report.headline()))
        .replace("@STEPS@", Integer.toString(steps))
        .replace("@WIDTH@", Integer.toString(LEFT + COLUMN * report.actors().size()))
        .replace("@HEIGHT@", Integer.toString(html.y + GAP))
        .replace("@TEXT@", text)
        .replace("@SVG@", html.svg);
  }

  private int draw(List<Row> rows) {
    StringBuilder drawn = new StringBuilder();
    int step = 0;
    for (Row row : rows) {
      step += row.time() == 0 ? 0 : 1;
      int x = x(row.actor());
      int from = y;
      StringBuilder cell = new StringBuilder();
      List<String> lines = wrap(row.text());
      int height = LINE * (lines.size() + (row.result().isEmpty() ? 0 : 1)) + 8;
      cell.append(
          "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>"
              .formatted(x, from, COLUMN - 16, height));
      y += LINE;
      line(cell, x + 8, lines, "sql");
      if (!row.result().isEmpty()) {
        line(cell, x + 8, List.of(row.result()), "result");
      }
      String number = row.time() == 0 ? "" : Integer.toString(row.time());
      drawn.append(
          "<g class=\"row %s\" data-step=\"%d\"><text x=\"12\" y=\"%d\" class=\"time\">%s</text>%s%s</g>%n"
              .formatted(row.kind(), step, from + LINE, number, arrow(row, from, x), cell));
      y = from + height + GAP;
    }
    for (String actor : report.actors()) {
      int x = x(actor);
      svg.append(
          "<text x=\"%d\" y=\"28\" class=\"actor\">%s</text><line x1=\"%d\" y1=\"36\" x2=\"%d\" y2=\"%d\"/>%n"
              .formatted(x, escape(actor), x + COLUMN / 2 - 8, x + COLUMN / 2 - 8, y));
    }
    svg.append(drawn);
    return step;
  }

  /** From who waits to whom it waits for, and from who wakes to whom it wakes. */
  private String arrow(Row row, int at, int x) {
    if (!report.actors().contains(row.other())) {
      return "";
    }
    int other = x(row.other());
    int to = other > x ? other : other + COLUMN - 16;
    int mine = other > x ? x + COLUMN - 16 : x;
    boolean waits = row.kind() == Row.Kind.WAIT;
    return "<path class=\"arrow\" d=\"M%d %d L%d %d\" marker-end=\"url(#tip)\"/>"
        .formatted(waits ? mine : to, at + 10, waits ? to : mine, at + 10);
  }

  private int x(String actor) {
    return LEFT + COLUMN * report.actors().indexOf(actor);
  }

  private void line(StringBuilder out, int x, List<String> lines, String style) {
    for (String text : lines) {
      out.append(
          "<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>".formatted(x, y, style, escape(text)));
      y += LINE;
    }
  }

  private static List<String> wrap(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + word.length() + 1 > CHARACTERS) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static void paragraph(StringBuilder out, String style, String text) {
    if (!text.isEmpty()) {
      out.append("<p class=\"%s\">%s</p>%n".formatted(style, escape(text)));
    }
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String template() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("schedule.html")) {
      if (in == null) {
        throw new IllegalStateException("The lab lacks its own resource schedule.html");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
