package dev.aftercommit.lab.scenario;

import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts values of earlier results into steps, as psql does after {@code \gset}. */
final class Variables {

  /** A name after one colon; a cast has two, a slice of an array a digit. */
  private static final Pattern VARIABLE = Pattern.compile("(?<![:\\w]):([A-Za-z_]\\w*)");

  private Variables() {}

  /** As SQL: a value in quotes, or NULL. */
  static String fill(String sql, Map<String, @Nullable String> values) {
    return replace(sql, values, Variables::quote);
  }

  /** As plain text; no value is the word {@code nil}. */
  static String insert(String text, Map<String, @Nullable String> values) {
    return replace(text, values, value -> value == null ? "nil" : value);
  }

  private static String replace(
      String text,
      Map<String, @Nullable String> values,
      Function<@Nullable String, String> written) {
    Matcher matcher = VARIABLE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1);
      String replacement =
          values.containsKey(name) ? written.apply(values.get(name)) : matcher.group();
      matcher.appendReplacement(filled, Matcher.quoteReplacement(replacement));
    }
    return matcher.appendTail(filled).toString();
  }

  private static String quote(@Nullable String value) {
    return value == null ? "NULL" : "'" + value.replace("'", "''") + "'";
  }
}
