package dev.aftercommit.lab.report;

import java.util.ArrayList;
import java.util.List;

/** Text in lines of a given width. */
final class Paragraph {

  private Paragraph() {}

  /** Breaks at spaces; inside a word only if it is longer than a line. */
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split("(?<=\\S) ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        flush(lines, line);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
      while (line.length() > width) {
        lines.add(line.substring(0, width));
        line.delete(0, width);
      }
    }
    flush(lines, line);
    return lines;
  }

  private static void flush(List<String> lines, StringBuilder line) {
    if (!line.isEmpty()) {
      lines.add(line.toString());
      line.setLength(0);
    }
  }
}
