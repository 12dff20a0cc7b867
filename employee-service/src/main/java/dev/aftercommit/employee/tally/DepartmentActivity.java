package dev.aftercommit.employee.tally;

import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How the salaries of those who work in a department now have moved. */
@Schema(name = "DepartmentActivity")
record DepartmentActivity(
    @Schema(examples = "7") String department,
    @Schema(description = "employees who work there now", examples = "12") long employees,
    @Schema(description = "sum over these employees", examples = "1500.00") BigDecimal totalChange,
    @Schema(description = "sum over these employees", examples = "250.00") BigDecimal dailyChange,
    @Schema(description = "sum over these employees", examples = "3") long changesToday) {}
