package dev.aftercommit.system.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.report.Report;
import dev.aftercommit.lab.report.TextReport;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Verdict;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.TestInfo;

/** What the tests of a class share: the instances, a client, and how a scenario is explored. */
final class ServiceSchedules implements AutoCloseable {

  /** For what is few enough to run all of it, on a busy machine too. */
  static final Duration ALL = Duration.ofMinutes(2);

  /** For what is not; more finds more. */
  static final Duration SOME =
      Duration.ofSeconds(Long.getLong("aftercommit.schedules.seconds", 10));

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  private static final String EMPTY =
      """
      TRUNCATE department, employee, employee_activity, activity_history, project,
        project_assignee, idempotency_key, payroll_run, payslip, outbox.event
      """;

  private final RestClient rest = new RestClient(ANSWER_LIMIT);
  private final GatedInstances instances;

  private ServiceSchedules(GatedInstances instances) {
    this.instances = instances;
  }

  static ServiceSchedules start(GatedInstances.Cache cache) throws SQLException {
    return new ServiceSchedules(GatedInstances.start(cache));
  }

  /** Throws away what was there. */
  void begin() throws SQLException {
    instances.database().execute(EMPTY);
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
  void holdsInEveryOrder(TestInfo test, Scenario scenario) throws Exception {
    assertThat(explore(test, scenario, ALL).verdict()).isEqualTo(Verdict.HOLDS);
  }

  /** There are more schedules than the time allows; none of those run fails. */
  void holdsWithin(TestInfo test, Scenario scenario) throws Exception {
    assertThat(explore(test, scenario, SOME).verdict()).isIn(Verdict.HOLDS, Verdict.BOUNDED);
  }

  /** Runs the scenario from the rows that are there now, and prints what was found. */
  Exploration explore(TestInfo test, Scenario scenario, Duration limit) throws Exception {
    ServiceExperiment experiment = new ServiceExperiment(instances, rest, scenario);
    experiment.warmUp();
    Budget budget = new Budget(Integer.MAX_VALUE, limit, Budget.ALL, Duration.ofSeconds(1));
    Exploration found =
        Explorer.explore(experiment, null, budget, (runs, failing, perSecond) -> {});
    String name = test.getTestMethod().orElseThrow().getName();
    Report report = new Report(name, "READ COMMITTED", "", experiment.actors(), found, "");
    boolean passes = found.verdict() == Verdict.HOLDS || found.verdict() == Verdict.BOUNDED;
    System.out.printf(
        "%s: %s (%.0f/s)%n",
        name, passes ? report.headline() : TextReport.of(report), found.perSecond());
    return found;
  }

  @Override
  public void close() throws SQLException {
    rest.close();
    instances.close();
  }
}
