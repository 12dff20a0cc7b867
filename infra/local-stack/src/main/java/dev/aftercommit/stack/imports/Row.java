package dev.aftercommit.stack.imports;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of a CSV file.
 *
 * @param line the line it starts on
 * @param fields its fields; for a row that could not be split, one field with its text
 * @param problem why it cannot be used; null when it can
 */
record Row(long line, List<String> fields, @Nullable String problem) {

  static Row good(long line, List<String> fields) {
    return new Row(line, List.copyOf(fields), null);
  }

  static Row bad(long line, List<String> fields, String problem) {
    return new Row(line, List.copyOf(fields), problem);
  }
}
