package dev.aftercommit.employee.http;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param items in ascending order of id
 * @param next what to pass as {@code after} for the next part; null at the end
 */
public record Page<T>(List<T> items, @Nullable String next) {

  /** Makes a page of rows that were read one more than asked for, to see whether more follow. */
  public static <R, T> Page<T> of(
      List<R> oneMore, int limit, Function<R, T> view, Function<T, String> id) {
    List<T> items = oneMore.stream().limit(limit).map(view).toList();
    return new Page<>(items, oneMore.size() > limit ? id.apply(items.getLast()) : null);
  }
}
