package dev.aftercommit.lab.gate.redis;

import dev.aftercommit.lab.gate.Reply;
import java.util.List;

/**
 * One message of the protocol, version 2 or 3.
 *
 * @param type its first byte; {@link #NULL} for every kind of nothing
 * @param text what it says, if it is not made of others
 * @param items what it is made of; the keys and values of a map in turn
 */
record Resp(char type, String text, List<Resp> items) {

  static final char NULL = '_';
  static final char PUSH = '>';

  private static final int LONGEST_SHOWN = 200;

  boolean isError() {
    return type == '-' || type == '!';
  }

  /** Whether it is this line, such as OK or QUEUED. */
  boolean says(String line) {
    return type == '+' && text.equals(line);
  }

  Reply reply() {
    if (isError()) {
      return Reply.error(text.split(" ", 2)[0], text);
    }
    String shown = shown();
    return Reply.of(
        shown.length() > LONGEST_SHOWN ? shown.substring(0, LONGEST_SHOWN) + "..." : shown);
  }

  private String shown() {
    return switch (type) {
      case NULL -> "(nil)";
      case '*', '~', '%', PUSH ->
          "[" + String.join(", ", items.stream().map(Resp::shown).toList()) + "]";
      case '-', '!' -> "(error) " + text;
      case '$', '=' -> CommandLine.quoted(text);
      default -> text;
    };
  }
}
