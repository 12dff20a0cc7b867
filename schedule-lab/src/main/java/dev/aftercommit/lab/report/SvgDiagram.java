package dev.aftercommit.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A schedule as a drawing: time runs down; a column per actor, then what is committed, locked,
 * cached and queued. Each row is a group of its own, so that a page can step through them.
 */
final class SvgDiagram {

  private static final int LEFT = 46;
  private static final int TOP = 58;
  private static final int LINE = 17;
  private static final int PADDING = 8;
  private static final int GAP = 12;
  private static final int STATE = 175;

  /** Width of a character of the page's monospaced 12.5 px font. */
  private static final double CHARACTER = 7.6;

  /** The page shows the rest of a longer statement beside the drawing. */
  private static final int SQL_LINES = 4;

  private final List<String> actors;
  private final Surroundings surroundings;
  private final int column;
  private final StringBuilder out = new StringBuilder();
  private final Set<String> waiting = new TreeSet<>();
  private int y = TOP;

  SvgDiagram(Report report) {
    this.actors = report.actors();
    this.surroundings = report.surroundings();
    this.column = actors.size() <= 2 ? 280 : 220;
  }

  /** All rows, each with its number as {@code data-step}; the first is what was there before. */
  String draw(List<Row> rows) {
    StringBuilder drawn = new StringBuilder();
    if (!surroundings.columns().isEmpty()) {
      drawn.append(group("START", 0, 0, false, "", "", LINE));
    }
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      waiting.remove(row.actor());
      List<String> lines = sql(row.text());
      int height = LINE * (lines.size() + (row.result().isEmpty() ? 0 : 1)) + PADDING;
      boolean fresh = !row.follows();
      String cell = cell(row, lines, height);
      drawn.append(group(style(row), i + 1, row.moment(), fresh, row.time(), cell, height));
      if (row.kind() == Row.Kind.WAIT) {
        waiting.add(row.actor());
      }
    }
    heads();
    return out.append(drawn).toString();
  }

  int width() {
    return LEFT + column * actors.size() + STATE * surroundings.columns().size() + GAP;
  }

  int height() {
    return y;
  }

  private static String style(Row row) {
    boolean failed = row.reply() != null && row.reply().failed();
    boolean commits = row.text().startsWith("COMMIT");
    boolean undone = commits && row.result().endsWith("ROLLBACK");
    if (failed || undone || row.kind() == Row.Kind.FAULT) {
      return row.kind() + " ERROR";
    }
    return commits ? row.kind() + " COMMIT" : row.kind().name();
  }

  private void heads() {
    for (String actor : actors) {
      int middle = middle(actor);
      out.append(
          "<text x=\"%d\" y=\"30\" class=\"actor\">%s</text><line x1=\"%d\" y1=\"42\" x2=\"%d\" y2=\"%d\"/>%n"
              .formatted(middle, Html.escape(actor), middle, middle, y));
    }
    int x = LEFT + column * actors.size();
    for (Surroundings.Column state : surroundings.columns()) {
      out.append("<text x=\"%d\" y=\"30\" class=\"head\">%s</text>%n".formatted(x, state.title()));
      x += STATE;
    }
  }

  /** One row from {@link #y} on, as high as its highest column. */
  private String group(
      String style, int step, int moment, boolean fresh, String time, String cell, int cellHeight) {
    StringBuilder states = new StringBuilder();
    int lines = 1;
    int x = LEFT + column * actors.size();
    for (Surroundings.Column state : surroundings.columns()) {
      lines = Math.max(lines, state(states, state, moment, fresh, x));
      x += STATE;
    }
    int height = Math.max(cellHeight, lines * LINE + PADDING) + GAP;
    StringBuilder bars = new StringBuilder();
    for (String actor : waiting) {
      bars.append(
          "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"6\" height=\"%d\"/>"
              .formatted(middle(actor) - 3, y - GAP / 2, height));
    }
    String group =
        "<g class=\"row %s\" data-step=\"%d\"><rect class=\"band\" x=\"4\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/><text x=\"14\" y=\"%d\" class=\"time\">%s</text>%s%s%s</g>%n"
            .formatted(
                style, step, y - GAP / 2, width() - 8, height, y + LINE, time, bars, cell, states);
    y += height;
    return group;
  }

  /** The lines it takes. */
  private int state(StringBuilder to, Surroundings.Column state, int moment, boolean fresh, int x) {
    int line = 0;
    for (Surroundings.Item item : surroundings.at(state, moment)) {
      int indent = 0;
      for (String text : wrap(item.text(), STATE - 2 * GAP)) {
        to.append(text(x + indent, line++, fresh && item.isNew() ? "state new" : "state", text));
        indent = GAP;
      }
    }
    return line;
  }

  private String cell(Row row, List<String> sql, int height) {
    int x = x(row.actor());
    StringBuilder cell = new StringBuilder(arrows(row));
    cell.append(
        "<rect class=\"cell\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\"/>"
            .formatted(x, y, column - 2 * GAP, height));
    int line = 0;
    for (String text : sql) {
      cell.append(text(x + PADDING, line++, "sql", text));
    }
    if (!row.result().isEmpty()) {
      cell.append(text(x + PADDING, line, "result", shorten(row.result())));
    }
    return cell.toString();
  }

  private String shorten(String text) {
    List<String> lines = wrap(text, column - 4 * GAP);
    return lines.size() == 1 ? text : lines.getFirst() + " …";
  }

  private List<String> sql(String text) {
    List<String> lines = new ArrayList<>(wrap(text, column - 4 * GAP));
    while (lines.size() > SQL_LINES) {
      lines.removeLast();
      lines.set(lines.size() - 1, lines.getLast().replaceFirst("( …)?$", " …"));
    }
    return lines;
  }

  private static List<String> wrap(String text, int width) {
    return Paragraph.wrap(text, (int) (width / CHARACTER));
  }

  private String text(int x, int line, String style, String text) {
    return "<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>"
        .formatted(x, y + LINE * (line + 1) - 2, style, Html.escape(text));
  }

  /** From who waits to whom it waits for, and from who wakes to whom it wakes. */
  private String arrows(Row row) {
    StringBuilder arrows = new StringBuilder();
    boolean waits = row.kind() == Row.Kind.WAIT;
    for (String other : row.others()) {
      if (actors.contains(other) && !other.equals(row.actor())) {
        boolean right = x(other) > x(row.actor());
        int mine = right ? x(row.actor()) + column - 2 * GAP : x(row.actor());
        int at = y + LINE / 2 + 2;
        arrows.append(
            "<path class=\"arrow\" d=\"M%d %d H%d\" marker-end=\"url(#%s)\"/>"
                .formatted(
                    waits ? mine : middle(other),
                    at,
                    waits ? middle(other) : mine,
                    waits ? "waits" : "wakes"));
      }
    }
    return arrows.toString();
  }

  private int x(String actor) {
    return LEFT + column * actors.indexOf(actor);
  }

  private int middle(String actor) {
    return x(actor) + column / 2 - GAP;
  }
}
