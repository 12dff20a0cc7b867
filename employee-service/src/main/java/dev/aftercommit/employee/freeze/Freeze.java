package dev.aftercommit.employee.freeze;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Whether an employee may be changed. */
@Schema(name = "Freeze")
record Freeze(
    @Schema(examples = "42") String employee,
    boolean frozen,
    @Schema(description = "null when not frozen", nullable = true) @Nullable Instant since) {

  static Freeze of(String employee, @Nullable Instant since) {
    return new Freeze(employee, since != null, since);
  }
}
