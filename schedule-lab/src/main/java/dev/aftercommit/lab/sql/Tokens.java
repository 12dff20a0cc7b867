package dev.aftercommit.lab.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Splits SQL into words. Strings, comments and numbers carry no name and are left out; unquoted
 * names are lower case, as PostgreSQL folds them.
 */
final class Tokens {

  /** Stands for a string. */
  static final String STRING = "'";

  /** Stands for a number. */
  static final String NUMBER = "0";

  private final String sql;
  private final List<String> found = new ArrayList<>();
  private int at;

  private Tokens(String sql) {
    this.sql = sql;
  }

  static List<String> of(String sql) {
    Tokens tokens = new Tokens(sql);
    while (tokens.at < sql.length()) {
      tokens.next();
    }
    return tokens.found;
  }

  private void next() {
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (sql.startsWith("--", at)) {
      at = end(sql.indexOf('\n', at));
    } else if (sql.startsWith("/*", at)) {
      comment();
    } else if (c == '\'') {
      string(false);
    } else if (c == '"') {
      quotedName();
    } else if (c == '$' && dollarQuote()) {
      found.add(STRING);
    } else if (Character.isDigit(c)) {
      word();
      found.add(NUMBER);
    } else if (Character.isLetter(c) || c == '_') {
      int begin = at;
      word();
      String name = sql.substring(begin, at);
      if (at < sql.length() && sql.charAt(at) == '\'') {
        string(name.equalsIgnoreCase("e"));
      } else {
        found.add(name.toLowerCase(Locale.ROOT));
      }
    } else {
      found.add(String.valueOf(c));
      at++;
    }
  }

  private void word() {
    while (at < sql.length()
        && (Character.isLetterOrDigit(sql.charAt(at))
            || sql.charAt(at) == '_'
            || sql.charAt(at) == '$')) {
      at++;
    }
  }

  private void string(boolean escapes) {
    at++;
    while (at < sql.length()) {
      char c = sql.charAt(at++);
      if (c == '\\' && escapes) {
        at++;
      } else if (c == '\'') {
        if (at < sql.length() && sql.charAt(at) == '\'') {
          at++;
        } else {
          break;
        }
      }
    }
    found.add(STRING);
  }

  private void quotedName() {
    StringBuilder name = new StringBuilder();
    at++;
    while (at < sql.length()) {
      char c = sql.charAt(at++);
      if (c == '"') {
        if (at < sql.length() && sql.charAt(at) == '"') {
          at++;
        } else {
          break;
        }
      }
      name.append(c);
    }
    found.add(name.toString());
  }

  private boolean dollarQuote() {
    int close = sql.indexOf('$', at + 1);
    if (close < 0 || !sql.substring(at + 1, close).matches("[A-Za-z_]?\\w*")) {
      return false;
    }
    if (close > at + 1 && Character.isDigit(sql.charAt(at + 1))) {
      return false;
    }
    String tag = sql.substring(at, close + 1);
    int end = sql.indexOf(tag, close + 1);
    at = end < 0 ? sql.length() : end + tag.length();
    return true;
  }

  private void comment() {
    int depth = 0;
    do {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0 && at < sql.length());
  }

  private int end(int found) {
    return found < 0 ? sql.length() : found;
  }
}
