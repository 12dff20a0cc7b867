package dev.aftercommit.lab.scenario;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts values of earlier results into SQL, as psql does after {@code \gset}. */
final class Variables {

  /** A name after one colon; a cast has two, a slice of an array a digit. */
  private static final Pattern VARIABLE = Pattern.compile("(?<![:\\w]):([A-Za-z_]\\w*)");

  private Variables() {}

  static String fill(String sql, Map<String, @Nullable String> values) {
    Matcher matcher = VARIABLE.matcher(sql);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1);
      String replacement = values.containsKey(name) ? quote(values.get(name)) : matcher.group();
      matcher.appendReplacement(filled, Matcher.quoteReplacement(replacement));
    }
    return matcher.appendTail(filled).toString();
  }

  private static String quote(@Nullable String value) {
    return value == null ? "NULL" : "'" + value.replace("'", "''") + "'";
  }
}
