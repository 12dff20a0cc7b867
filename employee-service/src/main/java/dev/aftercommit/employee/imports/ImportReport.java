package dev.aftercommit.employee.imports;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What an import did. */
@Schema(name = "ImportReport")
record ImportReport(
    @Schema(description = "employees hired, or hired again after they had left") long created,
    @Schema(description = "employees of whom something was different") long changed,
    @Schema(description = "employees who were already so") long unchanged,
    long departmentsCreated,
    @Schema(description = "in the order of their lines") List<Rejection> rejected) {

  /** A row that was not imported. */
  @Schema(name = "Rejection")
  record Rejection(
      @Schema(description = "the row's own line number, else its position in the request")
          long line,
      String reason) {}
}
