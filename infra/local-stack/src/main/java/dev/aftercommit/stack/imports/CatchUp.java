package dev.aftercommit.stack.imports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.stack.rest.DepartmentAverage;
import dev.aftercommit.stack.rest.RestClient;
import dev.aftercommit.stack.rest.UnexpectedAnswerException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Waits until the aggregator shows what the employee service has: the same total of salaries in
 * every department.
 */
final class CatchUp {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int PAGE = 200;

  private final RestClient rest;
  private final URI employeeService;
  private final URI aggregator;

  CatchUp(RestClient rest, URI employeeService, URI aggregator) {
    this.rest = rest;
    this.employeeService = employeeService;
    this.aggregator = aggregator;
  }

  /**
   * The averages, once they are complete.
   *
   * @param complete whether they are; false when the limit of 90 s passed before
   * @param averages of every department, by name
   */
  record Result(boolean complete, List<DepartmentAverage> averages) {}

  Result await() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    Map<String, BigDecimal> payrolls = payrolls();
    List<DepartmentAverage> averages = readAverages();
    while (!matches(payrolls, averages) && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE);
      payrolls = payrolls();
      averages = readAverages();
    }
    return new Result(matches(payrolls, averages), averages);
  }

  private List<DepartmentAverage> readAverages() throws IOException, InterruptedException {
    return DepartmentAverage.readAll(rest, aggregator).stream()
        .sorted((a, b) -> a.name().compareToIgnoreCase(b.name()))
        .toList();
  }

  private static boolean matches(
      Map<String, BigDecimal> payrolls, List<DepartmentAverage> averages) {
    Map<String, BigDecimal> missing = new HashMap<>(payrolls);
    for (DepartmentAverage average : averages) {
      BigDecimal payroll = missing.remove(average.department());
      if (payroll == null || payroll.compareTo(average.total()) != 0) {
        return false;
      }
    }
    return missing.values().stream().allMatch(payroll -> payroll.signum() == 0);
  }

  private Map<String, BigDecimal> payrolls() throws IOException, InterruptedException {
    Map<String, BigDecimal> payrolls = new HashMap<>();
    @Nullable String after = null;
    do {
      String query = "/departments?limit=" + PAGE + (after == null ? "" : "&after=" + after);
      JsonNode page = rest.read(employeeService.resolve(query));
      for (JsonNode department : page.path("items")) {
        JsonNode payroll = department.path("payroll");
        if (!payroll.isNumber()) {
          throw new UnexpectedAnswerException("a department without payroll: " + department);
        }
        payrolls.put(department.path("id").asText(), payroll.decimalValue());
      }
      after = page.path("next").isTextual() ? page.path("next").asText() : null;
    } while (after != null);
    return payrolls;
  }
}
