package dev.aftercommit.employee.project;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.employee.testing.Database.HeldLock;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The list of a project is what its assignment rows say. */
@QuarkusTest
class ProjectsTest {

  @Inject Api api;
  @Inject Database database;

  @Test
  void anEmployeeIsAssignedOnceAndReleased() {
    String project = project();
    String employee = api.employee(api.department("100000"), "1000");

    assertThat(assign(project, employee).join().status()).isEqualTo(204);
    assertThat(assign(project, employee).join().status()).isEqualTo(204);
    assertThat(shown(project)).containsExactly(employee);

    assertThat(release(project, employee).join().status()).isEqualTo(204);
    assertThat(release(project, employee).join().status()).isEqualTo(204);
    assertThat(shown(project)).isEmpty();
  }

  @Test
  void aCreatedProjectHasALocationAndNobodyAssigned() {
    Answer created = api.post("/projects", "{\"name\":\"New payroll\"}");

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("Location")).endsWith("/projects/" + created.id());
    assertThat(created.body().get("assignees")).isEmpty();
    assertThat(api.get("/projects/" + created.id()).body()).isEqualTo(created.body());
  }

  @Test
  void everyOneOfManyWhoAssignThemselvesAtOnceIsOnTheList() throws Exception {
    String project = project();
    String department = api.department("100000");
    List<String> employees =
        IntStream.range(0, 16).mapToObj(i -> api.employee(department, "1000")).toList();
    List<CompletableFuture<Answer>> assignments = new ArrayList<>();
    try (HeldLock _ = database.holdStrongly("project", project)) {
      for (String employee : employees) {
        assignments.add(assign(project, employee));
      }
      database.awaitWaiting(employees.size());
      assertThat(shown(project)).isEmpty();
    }

    assertThat(assignments).allSatisfy(a -> assertThat(a.join().status()).isEqualTo(204));
    assertThat(shown(project)).containsExactlyInAnyOrderElementsOf(employees);
    assertThat(rows(project)).isEqualTo(employees.size());
  }

  @Test
  void assignmentsAndReleasesAtOnceEndAsTheRowsSay() throws Exception {
    String project = project();
    String department = api.department("100000");
    List<String> leavers =
        IntStream.range(0, 6).mapToObj(i -> api.employee(department, "1000")).toList();
    List<String> joiners =
        IntStream.range(0, 6).mapToObj(i -> api.employee(department, "1000")).toList();
    leavers.forEach(employee -> assign(project, employee).join());
    List<CompletableFuture<Answer>> changes = new ArrayList<>();
    try (HeldLock _ = database.holdStrongly("project", project)) {
      joiners.forEach(employee -> changes.add(assign(project, employee)));
      database.awaitWaiting(joiners.size());
      leavers.forEach(employee -> changes.add(release(project, employee)));
    }

    assertThat(changes).allSatisfy(change -> assertThat(change.join().status()).isEqualTo(204));
    assertThat(shown(project)).containsExactlyInAnyOrderElementsOf(joiners);
    assertThat(rows(project)).isEqualTo(joiners.size());
  }

  @Test
  void theSameAssignmentTwiceAtOnceIsOneRow() throws Exception {
    String project = project();
    String employee = api.employee(api.department("100000"), "1000");
    List<CompletableFuture<Answer>> assignments;
    try (HeldLock _ = database.hold("employee", employee)) {
      assignments = List.of(assign(project, employee), assign(project, employee));
      database.awaitWaiting(2);
    }

    assertThat(assignments).allSatisfy(a -> assertThat(a.join().status()).isEqualTo(204));
    assertThat(shown(project)).containsExactly(employee);
  }

  @Test
  void whoeverLeavesIsOnNoListEvenWhenAssignedAtTheSameMoment() throws Exception {
    String before = project();
    String meanwhile = project();
    String employee = api.employee(api.department("100000"), "1000");
    String department = api.get("/employees/" + employee).body().get("department").asText();
    assign(before, employee).join();
    CompletableFuture<Answer> leave;
    CompletableFuture<Answer> assign;
    try (HeldLock _ = database.hold("department", department)) {
      leave = CompletableFuture.supplyAsync(() -> api.delete("/employees/" + employee));
      database.awaitWaiting(1); // it has the employee's row and waits for the payroll
      assign = assign(meanwhile, employee);
      database.awaitWaiting(2);
    }

    assertThat(leave.join().status()).isEqualTo(204);
    assertThat(assign.join().status()).isEqualTo(404);
    assertThat(assign.join().problem()).isEqualTo("urn:aftercommit:problem:employee-not-found");
    assertThat(shown(before)).isEmpty();
    assertThat(shown(meanwhile)).isEmpty();
  }

  @Test
  void unknownProjectsAndEmployeesAreRefused() {
    String project = project();
    String employee = api.employee(api.department("100000"), "1000");

    assertThat(api.get("/projects/999999999").problem()).endsWith(":project-not-found");
    assertThat(api.get("/projects/x").problem()).endsWith(":project-not-found");
    assertThat(assign("999999999", employee).join().problem()).endsWith(":project-not-found");
    assertThat(assign(project, "999999999").join().problem()).endsWith(":employee-not-found");
    assertThat(api.post("/projects", "{\"name\":\" \"}").problem()).endsWith(":validation-failed");
  }

  private String project() {
    return api.post("/projects", "{\"name\":\"Project\"}").id();
  }

  private CompletableFuture<Answer> assign(String project, String employee) {
    return api.putLater("/projects/%s/assignees/%s".formatted(project, employee), null);
  }

  private CompletableFuture<Answer> release(String project, String employee) {
    return CompletableFuture.supplyAsync(
        () -> api.delete("/projects/%s/assignees/%s".formatted(project, employee)));
  }

  private List<String> shown(String project) {
    List<String> shown = new ArrayList<>();
    for (JsonNode assignee : api.get("/projects/" + project).body().get("assignees")) {
      shown.add(assignee.asText());
    }
    return shown;
  }

  private long rows(String project) {
    return database.number(
        "SELECT count(*) FROM project_assignee WHERE project_id = ?", Database.key(project));
  }
}
