package dev.aftercommit.employee.http;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Public identifiers: texts that callers treat as opaque, today the decimal row id. */
public final class Ids {

  private static final Pattern FORM = Pattern.compile("[1-9]\\d{0,17}");

  private Ids() {}

  /** The row id behind a public identifier; empty when it cannot be one of ours. */
  public static OptionalLong parse(String id) {
    return FORM.matcher(id).matches() ? OptionalLong.of(Long.parseLong(id)) : OptionalLong.empty();
  }
}
