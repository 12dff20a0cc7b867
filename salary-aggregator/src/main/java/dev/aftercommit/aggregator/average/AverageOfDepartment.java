package dev.aftercommit.aggregator.average;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One department as of one moment; the fields of {@link DepartmentAverage} and the moment. */
public record AverageOfDepartment(
    Instant asOf,
    String department,
    @Nullable String name,
    long headcount,
    BigDecimal total,
    @Nullable BigDecimal average) {

  static AverageOfDepartment of(Instant asOf, DepartmentAverage d) {
    return new AverageOfDepartment(
        asOf, d.department(), d.name(), d.headcount(), d.total(), d.average());
  }
}
