package dev.aftercommit.system.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.aftercommit.lab.junit.TestExploration;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Verdict;
import dev.aftercommit.stack.rest.Answer;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
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
  private static final int OK = 200;

  private static final String EMPTY =
      """
      TRUNCATE department, employee, employee_activity, activity_history, project,
        project_assignee, idempotency_key, payroll_run, payslip, outbox.event
      """;

  /** The day before it is closed, and its history has a place: a table is made only once. */
  private static final String BEFORE_CLOSING =
      """
      TRUNCATE daily_reset;
      INSERT INTO daily_reset (day, first_day, finished_at)
        VALUES (date '%1$s' - 1, date '%1$s' - 1, now());
      SET ROLE employee_service;
      CREATE TABLE IF NOT EXISTS activity_history_%2$s PARTITION OF activity_history
        FOR VALUES FROM ('%1$s') TO ('%3$s');
      RESET ROLE
      """
          .formatted(
              Requests.DAY,
              Requests.DAY.format(DateTimeFormatter.BASIC_ISO_DATE),
              Requests.DAY.plusDays(1));

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
    instances.database().execute(BEFORE_CLOSING);
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

  /** The id of somebody who was hired by an import under this key. */
  String imported(String key, String department, int salary)
      throws IOException, InterruptedException, SQLException {
    Requests.importOf(key, department, salary).send(rest, instances.url("A"));
    return rest.read(instances.url("A").resolve("/employees"))
        .path("items")
        .path(0)
        .path("id")
        .asText();
  }

  /** Raises somebody before it all begins. */
  void raised(String employee, int amount) throws IOException, InterruptedException, SQLException {
    Requests.raise(employee, amount).send(rest, instances.url("A"));
  }

  /** SQL that somebody runs by hand, past the service; each statement is a transaction. */
  Scenario.Request byHand(String actor, String... statements) {
    return (client, instance) -> {
      try (Connection connection = instances.connect(actor);
          Statement statement = connection.createStatement()) {
        for (String sql : statements) {
          statement.execute(sql);
        }
      }
      return new Answer(OK, MissingNode.getInstance(), null, false);
    };
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

  /** Every schedule with so many preemptions or fewer is run, and none fails. */
  void holdsWithPreemptions(int most, Scenario scenario) throws Exception {
    Exploration found = explore(scenario, TestExploration.ALL, most);
    assertThat(found.verdict() == Verdict.HOLDS || found.withinPreemptions()).isTrue();
  }

  /** Some schedule breaks this; without it, that nothing else fails would mean little. */
  void breaks(String invariant, Scenario scenario) throws Exception {
    Exploration found = explore(scenario, TestExploration.ALL);
    assertThat(found.outcomes().keySet())
        .anySatisfy(outcome -> assertThat(outcome.broken()).containsExactly(invariant));
  }

  /** Runs the scenario from the rows that are there now, and prints what was found. */
  Exploration explore(Scenario scenario, Duration limit) throws Exception {
    return explore(scenario, limit, Budget.ALL);
  }

  private Exploration explore(Scenario scenario, Duration limit, int preemptions) throws Exception {
    ServiceExperiment experiment = new ServiceExperiment(instances, rest, scenario);
    experiment.warmUp();
    return TestExploration.explore(test, experiment, limit, preemptions);
  }
}
