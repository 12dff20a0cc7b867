package dev.aftercommit.employee.department;

import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A department as the API shows it. */
@Schema(name = "Department")
record DepartmentView(
    @Schema(examples = "dep_4KGwT6LO27Jt") String id,
    @Schema(examples = "Operations") String name,
    @Schema(description = "upper bound of the payroll", examples = "1000000.00") BigDecimal budget,
    @Schema(description = "sum of the employees' salaries", examples = "715200.00")
        BigDecimal payroll,
    @Schema(description = "counts changes of name and budget, from 0") long version) {}
