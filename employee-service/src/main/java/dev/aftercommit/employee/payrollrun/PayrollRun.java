package dev.aftercommit.employee.payrollrun;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A payroll run and how far it has come. */
@Schema(name = "PayrollRun")
record PayrollRun(
    @Schema(examples = "3") String id,
    State state,
    @Schema(description = "employees when it was started") long total,
    @Schema(description = "employees whose payslip is written") long paid,
    Instant startedAt,
    @Nullable Instant finishedAt) {

  enum State {
    RUNNING,
    FINISHED
  }

  static PayrollRun of(
      String id, long total, long open, Instant startedAt, @Nullable Instant finishedAt) {
    State state = finishedAt == null ? State.RUNNING : State.FINISHED;
    return new PayrollRun(id, state, total, total - open, startedAt, finishedAt);
  }
}
