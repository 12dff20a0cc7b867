package dev.aftercommit.lab.draft;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A statement cut into pieces that, joined, are its text again; so that values can be put in and
 * taken out without touching the rest.
 *
 * @param pieces all of them, space and comments included
 */
record SqlText(List<Piece> pieces) {

  /** What a piece is. */
  enum Kind {
    /** A keyword or a name, quoted or not. */
    WORD,
    NUMBER,
    STRING,
    /** {@code $1}. */
    PARAMETER,
    SIGN,
    SPACE,
    COMMENT
  }

  /** A part of a statement. */
  record Piece(Kind kind, String text) {

    /** Whether it is this keyword or sign. */
    boolean is(String wanted) {
      return (kind == Kind.WORD || kind == Kind.SIGN) && text.equalsIgnoreCase(wanted);
    }

    /** Whether it carries meaning. */
    boolean matters() {
      return kind != Kind.SPACE && kind != Kind.COMMENT;
    }

    /** The value of a string or number; null if it is neither. */
    @Nullable String value() {
      return switch (kind) {
        case NUMBER -> text;
        case STRING ->
            text.startsWith("'") ? text.substring(1, text.length() - 1).replace("''", "'") : null;
        case WORD, PARAMETER, SIGN, SPACE, COMMENT -> null;
      };
    }

    /** A name as PostgreSQL knows it. */
    String name() {
      return text.startsWith("\"")
          ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
          : text.toLowerCase(Locale.ROOT);
    }
  }

  SqlText {
    pieces = List.copyOf(pieces);
  }

  static SqlText of(String sql) {
    return new SqlText(new SqlScanner(sql).pieces());
  }

  /** The same with values instead of {@code $1}; null stands for NULL. */
  SqlText with(List<@Nullable String> parameters) {
    List<Piece> filled = new ArrayList<>();
    for (Piece piece : pieces) {
      int at = piece.kind() == Kind.PARAMETER ? Integer.parseInt(piece.text().substring(1)) : 0;
      filled.add(at > 0 && at <= parameters.size() ? literal(parameters.get(at - 1)) : piece);
    }
    return new SqlText(filled);
  }

  /** The same with other text in one place. */
  SqlText with(int at, String text) {
    List<Piece> changed = new ArrayList<>(pieces);
    changed.set(at, new Piece(Kind.WORD, text));
    return new SqlText(changed);
  }

  private static Piece literal(@Nullable String value) {
    return value == null
        ? new Piece(Kind.WORD, "NULL")
        : new Piece(Kind.STRING, "'" + value.replace("'", "''") + "'");
  }

  /** What stands between comments, in one line. */
  String line() {
    StringBuilder line = new StringBuilder();
    for (Piece piece : pieces) {
      line.append(piece.matters() ? piece.text() : " ");
    }
    // Strings may hold line ends, which a drawing cannot show and a step keeps elsewhere.
    return line.toString().replaceAll("\\s+", " ").strip();
  }

  /** The whole text without comments. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      text.append(piece.kind() == Kind.COMMENT ? " " : piece.text());
    }
    return text.toString().strip();
  }

  /**
   * The whole text without comments, as it can stand between the braces of a scenario file, where
   * the first closing brace ends the block.
   */
  String block() {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      boolean brace = piece.kind() == Kind.STRING && piece.text().contains("}");
      text.append(
          piece.kind() == Kind.COMMENT ? " " : brace ? withoutBraces(piece.text()) : piece.text());
    }
    return text.toString().strip();
  }

  private static String withoutBraces(String string) {
    if (string.startsWith("e") || string.startsWith("E")) {
      return string.replace("}", "\\x7d");
    }
    String content;
    if (string.startsWith("$")) {
      int tag = string.indexOf('$', 1) + 1;
      content = string.substring(tag, string.length() - tag).replace("'", "''");
    } else {
      content = string.substring(string.indexOf('\'') + 1, string.length() - 1);
    }
    return "E'" + content.replace("\\", "\\\\").replace("}", "\\x7d") + "'";
  }

  /** The statements between semicolons. */
  List<SqlText> statements() {
    List<SqlText> statements = new ArrayList<>();
    List<Piece> open = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece.is(";")) {
        statements.add(new SqlText(open));
        open = new ArrayList<>();
      } else {
        open.add(piece);
      }
    }
    statements.add(new SqlText(open));
    return statements;
  }

  /** The comments, one after the other. */
  String comments() {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      text.append(piece.kind() == Kind.COMMENT ? piece.text() + " " : "");
    }
    return text.toString();
  }

  /** Equal for statements that differ only in their values, their space and their comments. */
  String shape() {
    StringBuilder shape = new StringBuilder();
    for (Piece piece : pieces) {
      switch (piece.kind()) {
        case NUMBER, STRING, PARAMETER -> shape.append("? ");
        case WORD -> shape.append(piece.name()).append(' ');
        // Spans write every parameter so.
        case SIGN -> shape.append(piece.text()).append(' ');
        case SPACE, COMMENT -> {}
      }
    }
    return shape.toString().replaceAll("\\?( , \\?)+", "?").replaceAll("( ;)+ $", "").strip();
  }
}
