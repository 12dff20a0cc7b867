package dev.aftercommit.employee.events;

import jakarta.enterprise.context.RequestScoped;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The W3C trace context the request came with; it travels on with the events of the request. Absent
 * when there was none or it is not well-formed: an invented one would name a trace nobody has.
 */
@RequestScoped
class TraceParent {

  private static final Pattern FORM =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private @Nullable String value;

  @Nullable String value() {
    return value;
  }

  void accept(@Nullable String header) {
    value = header != null && FORM.matcher(header).matches() ? header : null;
  }
}
