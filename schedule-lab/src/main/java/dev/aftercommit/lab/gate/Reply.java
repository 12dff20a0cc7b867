package dev.aftercommit.lab.gate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server answered to a step.
 *
 * @param tags one command tag per statement, such as {@code UPDATE 1}
 * @param columns the names of the last result's columns; empty if there was none
 * @param rows its first rows as text
 * @param sqlState of the error, or its code if it is not the database's; null if there was none
 * @param message of the error; null if there was none
 */
public record Reply(
    List<String> tags,
    List<String> columns,
    List<List<@Nullable String>> rows,
    @Nullable String sqlState,
    @Nullable String message) {

  /** An answer that is one line of text. */
  public static Reply of(String text) {
    return new Reply(List.of(text), List.of(), List.of(), null, null);
  }

  /** A refusal. */
  public static Reply error(String code, String message) {
    return new Reply(List.of(), List.of(), List.of(), code, message);
  }

  /** Whether the server refused the step. */
  public boolean failed() {
    return sqlState != null;
  }

  /** The answer in one short line. */
  public String summary() {
    if (sqlState != null) {
      return "ERROR " + sqlState;
    }
    if (rows.isEmpty()) {
      return columns.isEmpty() ? String.join(", ", tags) : "no row";
    }
    String first = String.join(", ", rows.getFirst().stream().map(String::valueOf).toList());
    return rows.size() == 1 ? first : first + ", ...";
  }
}
