package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.draft.SqlText.Kind;
import dev.aftercommit.lab.draft.SqlText.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts SQL into pieces. */
final class SqlScanner {

  private static final String OPERATORS = "=<>!|:+*/%~@#&^-";

  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern LINE_COMMENT = Pattern.compile("--[^\\n]*");
  private static final Pattern ESCAPED =
      Pattern.compile("[eE]'(?:[^'\\\\]|\\\\.|'')*+'?", Pattern.DOTALL);
  private static final Pattern STRING = Pattern.compile("(?:[xXbBnN]|[uU]&)?'(?:[^']|'')*+'?");
  private static final Pattern QUOTED_NAME = Pattern.compile("\"(?:[^\"]|\"\")*+\"?");
  private static final Pattern DOLLAR_STRING =
      Pattern.compile("(\\$(?:[A-Za-z_]\\w*)?\\$).*?(?:\\1|\\z)", Pattern.DOTALL);
  private static final Pattern PARAMETER = Pattern.compile("\\$\\d{1,5}");
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?");
  private static final Pattern WORD = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_$]*");

  private final String sql;
  private final List<Piece> pieces = new ArrayList<>();
  private int at;

  SqlScanner(String sql) {
    this.sql = sql;
  }

  List<Piece> pieces() {
    while (at < sql.length()) {
      next();
    }
    return pieces;
  }

  private void next() {
    boolean found =
        take(SPACE, Kind.SPACE)
            || take(LINE_COMMENT, Kind.COMMENT)
            || blockComment()
            || take(ESCAPED, Kind.STRING)
            || take(STRING, Kind.STRING)
            || take(QUOTED_NAME, Kind.WORD)
            || take(PARAMETER, Kind.PARAMETER)
            || take(DOLLAR_STRING, Kind.STRING)
            || take(NUMBER, Kind.NUMBER)
            || take(WORD, Kind.WORD);
    if (!found) {
      sign();
    }
  }

  private boolean take(Pattern pattern, Kind kind) {
    Matcher matcher = pattern.matcher(sql).region(at, sql.length());
    if (!matcher.lookingAt()) {
      return false;
    }
    add(kind, matcher.end());
    return true;
  }

  /** Comments nest. */
  private boolean blockComment() {
    if (!sql.startsWith("/*", at)) {
      return false;
    }
    int depth = 0;
    int end = at;
    do {
      if (sql.startsWith("/*", end)) {
        depth++;
        end += 2;
      } else if (sql.startsWith("*/", end)) {
        depth--;
        end += 2;
      } else {
        end++;
      }
    } while (depth > 0 && end < sql.length());
    add(Kind.COMMENT, end);
    return true;
  }

  private void sign() {
    int end = at + 1;
    if (OPERATORS.indexOf(sql.charAt(at)) >= 0) {
      while (end < sql.length()
          && OPERATORS.indexOf(sql.charAt(end)) >= 0
          && !sql.startsWith("--", end)
          && !sql.startsWith("/*", end)) {
        end++;
      }
    }
    add(Kind.SIGN, end);
  }

  private void add(Kind kind, int end) {
    pieces.add(new Piece(kind, sql.substring(at, end)));
    at = end;
  }
}
