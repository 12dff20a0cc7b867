package dev.aftercommit.system.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.junit.TestExploration;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Verdict;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What the tests of a class share: the instances, started before the first of them, a client, and
 * how a scenario is explored. Each test begins without rows.
 */
final class ServiceSchedules implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  private static final String EMPTY =
      """
      TRUNCATE department, employee, employee_activity, activity_history, project,
        project_assignee, idempotency_key, payroll_run, payslip, outbox.event
      """;

  private final RestClient rest = new RestClient(ANSWER_LIMIT);
  private final GatedInstances.Cache cache;
  private GatedInstances instances;
  private String test;

  ServiceSchedules(GatedInstances.Cache cache) {
    this.cache = cache;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws SQLException {
    instances = GatedInstances.start(cache);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    test = context.getRequiredTestMethod().getName();
    instances.database().execute(EMPTY);
  }

  @Override
  public void afterAll(ExtensionContext context) throws SQLException {
    rest.close();
    instances.close();
  }

  String department(String name, int budget) throws IOException, InterruptedException {
    return create("/departments", Map.of("name", name, "budget", budget));
  }

  String employee(String department, String name, int salary)
      throws IOException, InterruptedException {
    return create("/employees", Map.of("name", name, "department", department, "salary", salary));
  }

  String project() throws IOException, InterruptedException {
    return create("/projects", Map.of("name", "Apollo"));
  }

  private String create(String path, Map<String, ?> terms)
      throws IOException, InterruptedException {
    return rest.post(instances.url("A").resolve(path), terms).body().path("id").asText();
  }

  /** Every schedule is run, and none fails. */
  void holdsInEveryOrder(Scenario scenario) throws Exception {
    assertThat(explore(scenario, TestExploration.ALL).verdict()).isEqualTo(Verdict.HOLDS);
  }

  /** There are more schedules than the time allows; none of those run fails. */
  void holdsWithin(Scenario scenario) throws Exception {
    assertThat(explore(scenario, TestExploration.SOME).verdict())
        .isIn(Verdict.HOLDS, Verdict.BOUNDED);
  }

  /** Runs the scenario from the rows that are there now, and prints what was found. */
  Exploration explore(Scenario scenario, Duration limit) throws Exception {
    ServiceExperiment experiment = new ServiceExperiment(instances, rest, scenario);
    experiment.warmUp();
    return TestExploration.explore(test, experiment, limit);
  }
}
