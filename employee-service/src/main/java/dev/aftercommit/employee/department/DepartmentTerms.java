package dev.aftercommit.employee.department;

import dev.aftercommit.employee.http.Money;
import dev.aftercommit.employee.http.PlainText;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a caller decides about a department. */
record DepartmentTerms(
    @PlainText @Schema(examples = "Operations") String name,
    @Money @Schema(examples = "1000000.00") BigDecimal budget) {}
