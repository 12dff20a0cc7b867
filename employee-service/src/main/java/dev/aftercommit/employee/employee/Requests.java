package dev.aftercommit.employee.employee;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.aftercommit.employee.http.Decimal;
import dev.aftercommit.employee.http.Money;
import dev.aftercommit.employee.http.PlainText;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The bodies of the requests that change an employee. */
final class Requests {

  private Requests() {}

  record Hire(
      @PlainText @Schema(examples = "Ann Example") String name,
      @Email @Size(max = 254) @Schema(examples = "ann@example.org") @Nullable String email,
      @NotBlank @Schema(description = "id of the department", examples = "dep_4KGwT6LO27Jt")
          String department,
      @Money @Schema(description = "yearly salary", examples = "52000.00") BigDecimal salary) {}

  record Details(
      @PlainText @Schema(examples = "Ann Example") String name,
      @Email @Size(max = 254) @Schema(examples = "ann@example.org") @Nullable String email) {}

  record Salary(
      @Money @Schema(description = "yearly salary", examples = "52000.00") BigDecimal salary) {}

  /** Either an amount or a percentage; both may be negative. */
  record Raise(
      @Decimal(min = "-" + Money.MAX, max = Money.MAX, fraction = 2)
          @Schema(description = "added to the salary", examples = "1500.00")
          @Nullable BigDecimal amount,
      @Decimal(min = "-100", max = "1000", fraction = 4)
          @Schema(
              description = "of the present salary, rounded to two decimals",
              examples = "3.5",
              minimum = "-100",
              maximum = "1000")
          @Nullable BigDecimal percent) {

    @JsonIgnore
    @Schema(hidden = true)
    @AssertTrue(message = "give either amount or percent") boolean isEitherAmountOrPercent() {
      return (amount == null) != (percent == null);
    }
  }

  record Transfer(
      @NotBlank @Schema(description = "id of the department", examples = "dep_1f0nTsnD7oPn")
          String department) {}
}
