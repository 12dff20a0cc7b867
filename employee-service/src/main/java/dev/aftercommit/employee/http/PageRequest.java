package dev.aftercommit.employee.http;

import dev.aftercommit.employee.problem.Problems;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is wanted. Keyset paging: a page begins behind a key, not at a row number,
 * so that rows which come and go never make another row appear twice or not at all.
 *
 * @param after only rows with a greater key
 * @param limit how many rows, 1 to {@value #MAX_LIMIT}
 */
public record PageRequest(long after, int limit) {

  public static final int MAX_LIMIT = 500;
  public static final String DEFAULT_LIMIT = "100";

  private static final Pattern SMALL_NUMBER = Pattern.compile("\\d{1,9}");

  /**
   * Reads the query parameters.
   *
   * @param key finds the key behind a public id; empty when it is none of the list's
   * @throws dev.aftercommit.employee.problem.Problem 400 when one is out of its range
   */
  public static PageRequest parse(
      @Nullable String after, String limit, Function<String, OptionalLong> key) {
    int size = SMALL_NUMBER.matcher(limit).matches() ? Integer.parseInt(limit) : 0;
    if (size < 1 || size > MAX_LIMIT) {
      throw Problems.invalidParameter(
          "query", "limit", "must be a number from 1 to %d".formatted(MAX_LIMIT));
    }
    if (after == null) {
      return new PageRequest(0, size);
    }
    long id =
        key.apply(after)
            .orElseThrow(
                () -> Problems.invalidParameter("query", "after", "must be an id of the list"));
    return new PageRequest(id, size);
  }
}
