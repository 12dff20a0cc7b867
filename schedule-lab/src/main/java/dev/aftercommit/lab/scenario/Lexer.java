package dev.aftercommit.lab.scenario;

import java.util.List;
import java.util.Set;

/** Cuts a scenario file into names, signs and blocks of SQL. */
final class Lexer {

  private static final Set<String> KEYWORDS =
      Set.of(
          "setup",
          "teardown",
          "session",
          "step",
          "permutation",
          "seed",
          "invariant",
          "always",
          "isolation",
          "redis",
          "queue",
          "fault");

  private final String file;
  private final String text;
  private int at;

  Lexer(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /** The comment lines at the beginning of the file, without their signs. */
  String headComment() {
    StringBuilder head = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      if (!line.startsWith("#")) {
        break;
      }
      head.append(line.substring(1).strip()).append('\n');
    }
    return head.toString().strip();
  }

  boolean atEnd() {
    skip();
    return at == text.length();
  }

  boolean atName() {
    skip();
    return at < text.length() && (text.charAt(at) == '"' || isNamePart(text.charAt(at)));
  }

  boolean atKeyword() {
    int before = at;
    boolean keyword = text.charAt(at) != '"' && KEYWORDS.contains(word());
    at = before;
    return keyword;
  }

  /** A name, quoted or not. */
  String word() {
    if (!atName()) {
      throw failure("expected a name");
    }
    if (text.charAt(at) == '"') {
      return quoted();
    }
    int begin = at;
    while (at < text.length() && isNamePart(text.charAt(at))) {
      at++;
    }
    return text.substring(begin, at);
  }

  private String quoted() {
    StringBuilder name = new StringBuilder();
    at++;
    while (true) {
      if (at == text.length() || text.charAt(at) == '\n') {
        throw failure("a quoted name does not end on its line");
      }
      char c = text.charAt(at++);
      if (c == '"') {
        if (at < text.length() && text.charAt(at) == '"') {
          at++;
        } else {
          return name.toString();
        }
      }
      name.append(c);
    }
  }

  boolean atBlock() {
    skip();
    return at < text.length() && text.charAt(at) == '{';
  }

  /** The lines of a block that are not empty. */
  List<String> lines() {
    return block().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  int number() {
    String digits = word();
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw failure("expected a number of notices, found '%s'".formatted(digits));
    }
  }

  boolean take(String keyword) {
    if (!atName() || text.charAt(at) == '"') {
      return false;
    }
    int before = at;
    if (word().equals(keyword)) {
      return true;
    }
    at = before;
    return false;
  }

  boolean takeSign(char sign) {
    skip();
    if (at < text.length() && text.charAt(at) == sign) {
      at++;
      return true;
    }
    return false;
  }

  /** SQL between braces, without the blanks around it; lines stay as they are. */
  String block() {
    skip();
    if (!takeSign('{')) {
      throw failure("expected '{'");
    }
    int end = text.indexOf('}', at);
    if (end < 0) {
      throw failure("a block of SQL does not end");
    }
    int from = at;
    int to = end;
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (from < to && isBlank(text.charAt(to - 1))) {
      to--;
    }
    at = end + 1;
    return text.substring(from, to);
  }

  ScenarioException failure(String what) {
    long line = text.substring(0, at).lines().count();
    return new ScenarioException("%s, line %d: %s".formatted(file, Math.max(1, line), what));
  }

  private void skip() {
    while (at < text.length()) {
      if (text.charAt(at) == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else {
        return;
      }
    }
  }

  private static boolean isBlank(char c) {
    return c != '\n' && Character.isWhitespace(c);
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || "_-.".indexOf(c) >= 0;
  }
}
