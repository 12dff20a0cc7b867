package dev.aftercommit.events;

import dev.aftercommit.events.UnreadableEventException.Reason;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the JSON Schemas demand of an event beyond the types of its fields, so that whatever is read
 * can also be stored: presence, identifiers that are not empty, amounts that fit {@code
 * numeric(14,2)}, text without the NUL character, times and versions that a database, a script and
 * a metric can hold.
 */
final class EventRules {

  private static final int MAX_WHOLE_DIGITS = 12;
  private static final int MAX_DECIMALS = 2;

  /** Zeros behind the second decimal are harmless, a billion of them (0E-999999999) is not. */
  private static final int MAX_WRITTEN_DECIMALS = 20;

  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

  private EventRules() {}

  static void check(Event event) throws UnreadableEventException {
    switch (event) {
      case EmployeeChanged e -> {
        id("employee", e.employee());
        text("name", e.name());
        optional("email", e.email());
        if (e.department() != null) {
          id("department", e.department());
        }
        amount("salary", e.salary());
        currency(e.currency());
        present("change", e.change());
      }
      case DepartmentChanged d -> {
        id("department", d.department());
        text("name", d.name());
        amount("budget", d.budget());
      }
    }
    time("occurredAt", event.occurredAt());
    if (event.version() < 0 || event.version() > Event.MAX_VERSION) {
      throw invalid("version", ">= 0 and <= " + Event.MAX_VERSION, event.version());
    }
  }

  private static void id(String field, @Nullable String value) throws UnreadableEventException {
    text(field, value);
    if ("".equals(value)) {
      throw invalid(field, "an identifier", "empty text");
    }
  }

  private static void text(String field, @Nullable String value) throws UnreadableEventException {
    present(field, value);
    optional(field, value);
  }

  private static void optional(String field, @Nullable String value)
      throws UnreadableEventException {
    if (value != null && value.indexOf('\0') >= 0) {
      throw invalid(field, "text", "text with a NUL character");
    }
  }

  private static void amount(String field, @Nullable BigDecimal value)
      throws UnreadableEventException {
    if (value == null) {
      throw missing(field);
    }
    if (value.signum() < 0
        || value.precision() - (long) value.scale() > MAX_WHOLE_DIGITS
        || value.stripTrailingZeros().scale() > MAX_DECIMALS
        || value.scale() > MAX_WRITTEN_DECIMALS) {
      throw invalid(
          field,
          ">= 0 with at most " + MAX_WHOLE_DIGITS + " digits and " + MAX_DECIMALS + " decimals",
          value);
    }
  }

  private static void currency(@Nullable String value) throws UnreadableEventException {
    if (value == null) {
      throw missing("currency");
    }
    if (!CURRENCY.matcher(value).matches()) {
      throw invalid("currency", "three capital letters", value);
    }
  }

  /** Only what cannot be held is refused: a clock that is wrong by years is told by the lag. */
  private static void time(String field, @Nullable Instant value) throws UnreadableEventException {
    if (value == null) {
      throw missing(field);
    }
    if (value.isBefore(EARLIEST) || value.isAfter(LATEST)) {
      throw invalid(field, "a time in the years 1970 to 9999", value);
    }
  }

  private static void present(String field, @Nullable Object value)
      throws UnreadableEventException {
    if (value == null) {
      throw missing(field);
    }
  }

  private static UnreadableEventException missing(String field) {
    return new UnreadableEventException(Reason.MISSING_FIELD, field + " is null");
  }

  private static UnreadableEventException invalid(String field, String expected, Object found) {
    return new UnreadableEventException(
        Reason.INVALID_FIELD, field + ": expected " + expected + ", found " + found);
  }
}
