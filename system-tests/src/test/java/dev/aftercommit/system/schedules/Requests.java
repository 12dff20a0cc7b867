package dev.aftercommit.system.schedules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.stack.rest.Answer;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.net.URI;
import java.time.LocalDate;
import java.util.Map;

/** What actors ask of the employee-service. */
final class Requests {

  /** The day that is closed. */
  static final LocalDate DAY = LocalDate.of(2020, 1, 2);

  private static final int PRECONDITION_FAILED = 412;

  private Requests() {}

  static Scenario.Request raise(String employee, int amount) {
    return (rest, instance) ->
        rest.post(instance.resolve("/employees/" + employee + "/raise"), Map.of("amount", amount));
  }

  static Scenario.Request get(String employee) {
    return (rest, instance) -> rest.get(instance.resolve("/employees/" + employee));
  }

  static Scenario.Request activity(String employee) {
    return (rest, instance) -> rest.get(instance.resolve("/employees/" + employee + "/activity"));
  }

  static Scenario.Request closeDay() {
    return (rest, instance) -> rest.post(instance.resolve("/operations/daily-reset?day=" + DAY));
  }

  /** With a key, so that all that the request itself does is over before the workers begin. */
  static Scenario.Request runPayroll(String key) {
    return (rest, instance) ->
        rest.post(
            instance.resolve("/payroll-runs"),
            Map.of(),
            Map.of("Idempotency-Key", '"' + key + '"'));
  }

  static Scenario.Request importOf(String key, String department, int salary) {
    return (rest, instance) ->
        rest.post(
            instance.resolve("/imports"),
            "application/x-ndjson",
            RestClient.json(
                Map.of(
                    "line", 1,
                    "key", key,
                    "employee", key,
                    "department", department,
                    "salary", salary + ".00")));
  }

  /** A raise that a client repeats, under one key, until it knows what became of it. */
  static Scenario.Request raiseOnce(String employee, int amount, String key) {
    return (rest, instance) ->
        rest.post(
            instance.resolve("/employees/" + employee + "/raise"),
            Map.of("amount", amount),
            Map.of("Idempotency-Key", '"' + key + '"'));
  }

  /** What not to do: the client computes the new salary from what it has read. */
  static Scenario.Request readThenPay(String employee, int more) {
    return (rest, instance) -> pay(rest, instance, employee, more, false);
  }

  /** The same, but only if nobody has changed the employee meanwhile; else it begins again. */
  static Scenario.Request readThenPayIfUnchanged(String employee, int more) {
    return (rest, instance) -> {
      Answer answer = pay(rest, instance, employee, more, true);
      while (answer.status() == PRECONDITION_FAILED) {
        answer = pay(rest, instance, employee, more, true);
      }
      return answer;
    };
  }

  private static Answer pay(
      RestClient rest, URI instance, String employee, int more, boolean ifUnchanged)
      throws IOException, InterruptedException {
    JsonNode found = rest.read(instance.resolve("/employees/" + employee));
    return rest.put(
        instance.resolve("/employees/" + employee + "/salary"),
        Map.of("salary", found.path("salary").intValue() + more),
        ifUnchanged ? Map.of("If-Match", "\"" + found.path("version").asText() + "\"") : Map.of());
  }

  static Scenario.Request transfer(String employee, String department) {
    return (rest, instance) ->
        rest.post(
            instance.resolve("/employees/" + employee + "/transfer"),
            Map.of("department", department));
  }

  static Scenario.Request moveBudget(String from, String to, int amount) {
    return (rest, instance) ->
        rest.post(
            instance.resolve("/departments/" + from + "/budget-transfers"),
            Map.of("to", to, "amount", amount));
  }

  static Scenario.Request freeze(String employee) {
    return (rest, instance) -> rest.post(instance.resolve("/employees/" + employee + "/freeze"));
  }

  static Scenario.Request leave(String employee) {
    return (rest, instance) -> rest.delete(instance.resolve("/employees/" + employee));
  }

  static Scenario.Request assign(String project, String employee) {
    return (rest, instance) ->
        rest.put(instance.resolve("/projects/" + project + "/assignees/" + employee), Map.of());
  }
}
