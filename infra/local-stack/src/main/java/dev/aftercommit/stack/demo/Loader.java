package dev.aftercommit.stack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.stack.rest.Answer;
import dev.aftercommit.stack.rest.RestClient;
import dev.aftercommit.stack.rest.UnexpectedAnswerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Creates the departments and loads the employees. */
final class Loader {

  /** Every so many-th employee has an e-mail address, and so gets mail. */
  static final int WITH_ADDRESS_EVERY = 10;

  private static final int ROWS_PER_REQUEST = 2_000;
  private static final int PAGE = 200;

  private final RestClient rest;
  private final URI employeeService;
  private final Plan plan;
  private final String mark;

  /**
   * @param mark tells this run's departments and employees from those of other runs
   */
  Loader(RestClient rest, URI employeeService, Plan plan, String mark) {
    this.rest = rest;
    this.employeeService = employeeService;
    this.plan = plan;
    this.mark = mark;
  }

  /**
   * Creates the departments.
   *
   * @return name to identifier, in the order of creation
   */
  Map<String, String> departments() throws IOException, InterruptedException {
    Map<String, String> ids = new LinkedHashMap<>();
    for (int i = 1; i <= plan.departments(); i++) {
      String name = "Department %02d%s".formatted(i, mark);
      Answer answer =
          rest.post(
              employeeService.resolve("/departments"),
              Map.of("name", name, "budget", plan.budget()));
      require(answer, "POST /departments");
      ids.put(name, answer.body().path("id").asText());
    }
    return ids;
  }

  /** Loads the employees, spread over the departments. */
  void employees(List<String> departmentNames) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(plan.seed());
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int created = 0;
    for (int i = 1; i <= plan.employees(); i++) {
      body.write(RestClient.json(row(i, departmentNames, random)));
      body.write('\n');
      if (i % ROWS_PER_REQUEST == 0 || i == plan.employees()) {
        Answer answer =
            rest.post(
                employeeService.resolve("/imports"), "application/x-ndjson", body.toByteArray());
        require(answer, "POST /imports");
        created += answer.body().path("created").asInt();
        body.reset();
      }
    }
    if (created != plan.employees()) {
      throw new UnexpectedAnswerException(
          "POST /imports created %d of %d employees".formatted(created, plan.employees()));
    }
  }

  /** Adds the employees of these departments to the population, with the versions they have. */
  void readEmployees(Iterable<String> departmentIds, Population population, Versions versions)
      throws IOException, InterruptedException {
    for (String department : departmentIds) {
      @Nullable String after = null;
      do {
        String query =
            "/employees?department=%s&limit=%d%s"
                .formatted(department, PAGE, after == null ? "" : "&after=" + after);
        JsonNode page = rest.read(employeeService.resolve(query));
        for (JsonNode employee : page.path("items")) {
          String id = employee.path("id").asText();
          versions.isFirst(id, employee.path("version").asInt());
          population.add(id);
        }
        after = page.path("next").isTextual() ? page.path("next").asText() : null;
      } while (after != null);
    }
  }

  private Map<String, Object> row(int i, List<String> departmentNames, SplittableRandom random) {
    String name = "Employee " + i + mark;
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("line", i);
    row.put("key", name + "#1");
    row.put("employee", name);
    if (i % WITH_ADDRESS_EVERY == 0) {
      row.put("email", "employee%d@example.com".formatted(i));
    }
    row.put("department", departmentNames.get(i % departmentNames.size()));
    row.put(
        "salary",
        "%d.%02d"
            .formatted(
                random.nextInt(Plan.LOWEST_SALARY, Plan.HIGHEST_SALARY), random.nextInt(100)));
    return row;
  }

  private static void require(Answer answer, String what) {
    if (!answer.isOk()) {
      throw new UnexpectedAnswerException(what + " answered " + answer.summary());
    }
  }
}
