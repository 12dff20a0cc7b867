package dev.aftercommit.employee.http;

import dev.aftercommit.employee.problem.Problems;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The precondition of a write (RFC 9110, 13.1.1): which versions the caller is willing to change.
 * It is checked under the row's lock, so that a version that matched cannot be overtaken.
 */
public final class IfMatch {

  private static final Pattern FORM =
      Pattern.compile("\\*|(W/)?\"[^\"]*\"(\\s*,\\s*(W/)?\"[^\"]*\")*");

  private final @Nullable String header;

  private IfMatch(@Nullable String header) {
    this.header = header;
  }

  /**
   * Reads the header; absent means any version.
   *
   * @throws dev.aftercommit.employee.problem.Problem 400 when it is not a list of entity tags
   */
  public static IfMatch parse(@Nullable String header) {
    String trimmed = header == null ? null : header.strip();
    if (trimmed != null && !FORM.matcher(trimmed).matches()) {
      throw Problems.malformedHeader("If-Match", "* or quoted entity tags like \"7\"", trimmed);
    }
    return new IfMatch(trimmed);
  }

  /**
   * Lets this version pass or refuses it.
   *
   * @throws dev.aftercommit.employee.problem.Problem 412 when the header names other versions only
   */
  public void check(long version) {
    if (header != null && !header.equals("*") && !names(header, version)) {
      throw Problems.versionMismatch(header, version);
    }
  }

  /** A weak tag never matches: the comparison is the strong one. */
  private static boolean names(String tags, long version) {
    String tag = "\"" + version + "\"";
    return Arrays.stream(tags.split(",")).map(String::strip).anyMatch(tag::equals);
  }
}
