package dev.aftercommit.employee.department;

import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How much of a department's budget goes to which other one. */
record BudgetTransfer(
    @NotBlank @Schema(description = "id of the department that receives", examples = "8") String to,
    @NotNull @DecimalMin("0.01") @Digits(integer = 12, fraction = 2) @Schema(examples = "25000.00")
        BigDecimal amount) {

  /** Both departments after the transfer. */
  @Schema(name = "BudgetTransferred")
  record Done(DepartmentView from, DepartmentView to) {}
}
