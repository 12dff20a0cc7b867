package dev.aftercommit.employee.employee;

import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An employee as the API shows it. */
@Schema(name = "Employee")
record EmployeeView(
    @Schema(examples = "emp_LJPlU3rGPEUN") String id,
    @Schema(examples = "Ann Example") String name,
    @Schema(examples = "ann@example.org", nullable = true) @Nullable String email,
    @Schema(description = "id of the department", examples = "dep_4KGwT6LO27Jt") String department,
    @Schema(description = "yearly salary", examples = "52000.00") BigDecimal salary,
    @Schema(description = "ISO 4217 code, one per deployment", examples = "EUR") String currency,
    @Schema(description = "counts changes of the employee, from 0") long version) {}
