package dev.aftercommit.employee.tally;

import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How the salary of one employee has moved. */
@Schema(name = "Activity")
record Activity(
    @Schema(examples = "42") String employee,
    @Schema(description = "since the employee was hired", examples = "1500.00")
        BigDecimal totalChange,
    @Schema(description = "since the employee's last day was closed", examples = "250.00")
        BigDecimal dailyChange,
    @Schema(description = "how many changes make up dailyChange", examples = "1")
        int changesToday) {}
