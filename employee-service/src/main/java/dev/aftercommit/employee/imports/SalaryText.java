package dev.aftercommit.employee.imports;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Salaries as payroll files write them: {@code 5200}, {@code 5200.00}, {@code $5,200.00}. */
final class SalaryText {

  private static final Pattern FORM =
      Pattern.compile("\\p{Sc}?\\s?(\\d{1,12}|\\d{1,3}(,\\d{3}){1,3})(\\.\\d{1,12})?");
  private static final Pattern DECORATION = Pattern.compile("[\\p{Sc}\\s,]");

  private SalaryText() {}

  /**
   * Reads a salary; decimals beyond the second must be zero.
   *
   * @throws RejectedRowException with the reason, when it is none or would have to be rounded
   */
  static BigDecimal parse(@Nullable String text) throws RejectedRowException {
    String stripped = text == null ? "" : text.strip();
    if (stripped.isEmpty()) {
      throw new RejectedRowException("salary is missing");
    }
    if (!FORM.matcher(stripped).matches()) {
      throw new RejectedRowException(
          "salary is not an amount like 5200.00 or $5,200.00: "
              + RejectedRowException.quote(stripped));
    }
    try {
      return new BigDecimal(DECORATION.matcher(stripped).replaceAll(""))
          .setScale(2, RoundingMode.UNNECESSARY);
    } catch (ArithmeticException moreDecimals) {
      throw new RejectedRowException(
          "salary has more than 2 decimals: " + RejectedRowException.quote(stripped));
    }
  }
}
