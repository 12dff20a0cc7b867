package dev.aftercommit.employee.department;

import dev.aftercommit.employee.http.Decimal;
import dev.aftercommit.employee.http.Money;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How much of a department's budget goes to which other one. */
record BudgetTransfer(
    @NotBlank @Schema(description = "id of the department that receives", examples = "8") String to,
    @NotNull @Decimal(min = "0.01", max = Money.MAX, fraction = 2)
        @Schema(examples = "25000.00", minimum = "0.01")
        BigDecimal amount) {

  /** Both departments after the transfer. */
  @Schema(name = "BudgetTransferred")
  record Done(DepartmentView from, DepartmentView to) {}
}
