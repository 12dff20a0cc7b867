package dev.aftercommit.stack.demo;

/** Breaks text at blanks, so that it fits a terminal. */
final class Wrapped {

  private static final int COLUMNS = 100;

  private Wrapped() {}

  /** The text behind the title, its further lines indented as far. */
  static String text(String title, String text) {
    StringBuilder result = new StringBuilder(title);
    int column = title.length();
    for (String word : text.split(" ", -1)) {
      if (column > title.length() && column + word.length() >= COLUMNS) {
        result.setLength(result.length() - 1);
        result.append(System.lineSeparator()).append(" ".repeat(title.length()));
        column = title.length();
      }
      result.append(word).append(' ');
      column += word.length() + 1;
    }
    return result.toString().stripTrailing();
  }
}
