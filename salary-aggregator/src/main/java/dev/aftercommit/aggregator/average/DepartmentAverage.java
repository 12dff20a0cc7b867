package dev.aftercommit.aggregator.average;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * One department's salaries.
 *
 * @param department opaque identifier
 * @param name absent while no event with the name has arrived
 * @param headcount employees who have not left
 * @param total sum of their salaries, two decimals
 * @param average total / headcount, rounded half up to two decimals; absent when nobody is there
 */
public record DepartmentAverage(
    String department,
    @Nullable String name,
    long headcount,
    BigDecimal total,
    @Nullable BigDecimal average) {

  private static final int CENTS = 2;

  static DepartmentAverage of(
      String department, @Nullable String name, long headcount, BigDecimal total) {
    BigDecimal average =
        headcount == 0
            ? null
            : total.divide(BigDecimal.valueOf(headcount), CENTS, RoundingMode.HALF_UP);
    return new DepartmentAverage(department, name, headcount, total, average);
  }
}
