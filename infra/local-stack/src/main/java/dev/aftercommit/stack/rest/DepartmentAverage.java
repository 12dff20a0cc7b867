package dev.aftercommit.stack.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One department as the aggregator shows it.
 *
 * @param department opaque identifier
 * @param name the department's name; the identifier when the aggregator does not know it yet
 * @param headcount how many employees
 * @param total sum of their salaries
 * @param average two decimals; null when nobody is there
 */
public record DepartmentAverage(
    String department,
    String name,
    long headcount,
    BigDecimal total,
    @Nullable BigDecimal average) {

  /** All departments, from {@code GET /departments/averages} of the aggregator. */
  public static List<DepartmentAverage> readAll(RestClient rest, URI aggregator)
      throws IOException, InterruptedException {
    List<DepartmentAverage> all = new ArrayList<>();
    for (JsonNode item :
        rest.read(aggregator.resolve("/departments/averages")).path("departments")) {
      String id = item.path("department").asText();
      all.add(
          new DepartmentAverage(
              id,
              item.path("name").asText(id),
              item.path("headcount").asLong(),
              item.path("total").decimalValue(),
              item.path("average").isNumber() ? item.path("average").decimalValue() : null));
    }
    return all;
  }
}
