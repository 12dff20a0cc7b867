package dev.aftercommit.lab.gate.redis;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Commands as people type them into {@code redis-cli}: words, {@code "double quotes"} in which
 * {@code \n}, {@code \r}, {@code \t}, {@code \a}, {@code \b} and {@code \xff} stand for bytes, and
 * {@code 'single quotes'} in which only {@code \'} does.
 */
public final class CommandLine {

  private static final Pattern PLAIN = Pattern.compile("[^\\s\"'\\\\\\p{Cntrl}]+");

  private final String line;
  private final ByteArrayOutputStream word = new ByteArrayOutputStream();
  private int at;

  private CommandLine(String line) {
    this.line = line;
  }

  /**
   * The words of a line, as the bytes that are sent; none if it is blank.
   *
   * @throws IllegalArgumentException if a quote is not closed, or something stands right behind it
   */
  public static List<byte[]> words(String line) {
    return new CommandLine(line).split();
  }

  /** A word as it can be typed: in quotes if it needs them. */
  public static String quoted(String word) {
    if (PLAIN.matcher(word).matches()) {
      return word;
    }
    StringBuilder quoted = new StringBuilder("\"");
    word.chars()
        .forEach(
            c -> {
              switch (c) {
                case '"', '\\' -> quoted.append('\\').append((char) c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                  if (c < ' ' || c == 0x7f) {
                    quoted.append("\\x%02x".formatted(c));
                  } else {
                    quoted.append((char) c);
                  }
                }
              }
            });
    return quoted.append('"').toString();
  }

  private List<byte[]> split() {
    List<byte[]> words = new ArrayList<>();
    while (true) {
      while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
        at++;
      }
      if (at == line.length()) {
        return words;
      }
      word.reset();
      while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
        char c = line.charAt(at);
        if (c == '"' || c == '\'') {
          quotes(c);
        } else {
          add();
        }
      }
      words.add(word.toByteArray());
    }
  }

  private void quotes(char quote) {
    int begin = at++;
    while (at < line.length() && line.charAt(at) != quote) {
      boolean escaped = line.charAt(at) == '\\' && at + 1 < line.length();
      if (escaped && quote == '"') {
        at++;
        escape();
      } else {
        if (escaped && line.charAt(at + 1) == '\'') {
          at++;
        }
        add();
      }
    }
    if (at == line.length()) {
      throw new IllegalArgumentException(
          "The quote at column %d of [%s] is not closed".formatted(begin + 1, line));
    }
    at++;
    if (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
      throw new IllegalArgumentException(
          "Expected a space behind the quote at column %d of [%s]".formatted(at, line));
    }
  }

  private void escape() {
    if (line.substring(at).matches("(?s)x\\p{XDigit}{2}.*")) {
      word.write(Integer.parseInt(line.substring(at + 1, at + 3), 16));
      at += 3;
      return;
    }
    int place = "nrtba".indexOf(line.charAt(at));
    if (place < 0) {
      add();
    } else {
      word.write("\n\r\t\b\u0007".charAt(place));
      at++;
    }
  }

  /** Adds the character at this place to the word. */
  private void add() {
    int c = line.codePointAt(at);
    word.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
    at += Character.charCount(c);
  }
}
