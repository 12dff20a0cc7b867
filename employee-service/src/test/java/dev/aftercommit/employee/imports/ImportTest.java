package dev.aftercommit.employee.imports;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Counters;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.employee.testing.Database.HeldLock;
import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EmployeeChanged.Change;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ImportTest {

  @Inject Api api;
  @Inject Database database;
  @Inject Counters counters;

  @AfterEach
  void everyPayrollIsTheSumOfItsSalaries() {
    assertThat(database.wrongPayrolls()).isZero();
  }

  @Test
  void importsManyBatchesAndTheSameRowsAgainChangeNothing() {
    String prefix = Api.unique("many");
    String department = Api.unique("Dept");
    String rows =
        IntStream.range(0, 1234)
            .mapToObj(
                i -> row(i + 2, prefix + i, department + i % 3, "$5,2%02d.00".formatted(i % 100)))
            .collect(Collectors.joining("\n"));
    double committed = counters.committed();

    Answer first = api.importRows(rows);
    assertThat(first.status()).isEqualTo(200);
    assertThatCounts(first.body(), 1234, 0, 0, 3);
    assertThat(counters.committed() - committed).isEqualTo(1234 + 3);
    assertThat(
            database.number(
                "SELECT count(*) FROM employee WHERE starts_with(import_key, ?)", prefix))
        .isEqualTo(1234);

    assertThatCounts(api.importRows(rows).body(), 0, 0, 1234, 0);
    assertThat(counters.committed() - committed).isEqualTo(1234 + 3);
  }

  @Test
  void badRowsAreReportedWithTheirReasonAndTheOthersAreImported() {
    String p = Api.unique("bad");
    String department = Api.unique("Dept");
    Answer report =
        api.importRows(
            String.join(
                "\n",
                row(2, p + "a", department, "5200"),
                "not json",
                row(4, p + "b", department, "N/A"),
                row(5, p + "c", department, "5200.001"),
                row(6, p + "a", department, "9999"),
                "{\"line\":7,\"employee\":\"Ann\",\"department\":\"%s\",\"salary\":\"1\"}"
                    .formatted(department),
                "",
                row(9, p + "d", department, "-5"),
                row(10, p + "e\\u0000", department, "5"),
                "x".repeat(20_000),
                row(12, p + "f", department, "€ 5,300.5")));

    assertThatCounts(report.body(), 2, 0, 0, 1);
    assertThat(reasons(report))
        .satisfiesExactly(
            reason ->
                assertThat(reason)
                    .isEqualTo(
                        "2: not a JSON object with line, key, employee, email, department, salary"),
            reason ->
                assertThat(reason)
                    .isEqualTo("4: salary is not an amount like 5200.00 or $5,200.00: N/A"),
            reason -> assertThat(reason).isEqualTo("5: salary has more than 2 decimals: 5200.001"),
            reason -> assertThat(reason).startsWith("6: key bad").endsWith("is already on line 2"),
            reason -> assertThat(reason).isEqualTo("7: key must not be blank"),
            reason -> assertThat(reason).startsWith("9: salary is not an amount"),
            reason -> assertThat(reason).startsWith("10: key must not contain control characters"),
            reason -> assertThat(reason).isEqualTo("10: longer than 16384 bytes"));
    assertThat(salary(p + "a")).isEqualTo(520000);
    assertThat(salary(p + "f")).isEqualTo(530050);
  }

  @Test
  void aRowThatExceedsTheBudgetIsIsolatedAndItsNeighboursAreImported() {
    String p = Api.unique("tight");
    String tight = Api.unique("Tight");
    api.post("/departments", "{\"name\":\"%s\",\"budget\":250}".formatted(tight));
    String wide = Api.unique("Wide");

    Answer report =
        api.importRows(
            Stream.of(
                    row(2, p + 1, wide, "1000"),
                    row(3, p + 2, tight, "100"),
                    row(4, p + 3, tight, "100"),
                    row(5, p + 4, tight, "100"),
                    row(6, p + 5, wide, "1000"))
                .collect(Collectors.joining("\n")));

    assertThatCounts(report.body(), 4, 0, 0, 1);
    assertThat(reasons(report))
        .singleElement()
        .asString()
        .startsWith("5: department ")
        .endsWith("has a budget of 250.00; its salaries would be 300.00");
  }

  @Test
  void aChangedRowChangesItsEmployeeWithOneEvent() {
    String key = Api.unique("changed");
    String department = Api.unique("Dept");
    String other = Api.unique("Other");
    api.importRows(row(2, key, department, "100"));
    String id = idOf(key);
    api.put("/employees/" + id, "{\"name\":\"Ann\",\"email\":\"ann@example.org\"}");

    assertThatCounts(api.importRows(row(2, key, department, "200")).body(), 0, 1, 0, 0);
    assertThatCounts(api.importRows(row(2, key, other, "300")).body(), 0, 1, 0, 1);

    List<EmployeeChanged> events = eventsOf(id);
    assertThat(events)
        .extracting(EmployeeChanged::change)
        .containsExactly(
            Change.HIRED, Change.DETAILS_CHANGED, Change.SALARY_CHANGED, Change.TRANSFERRED);
    assertThat(events).extracting(EmployeeChanged::version).containsExactly(0L, 1L, 2L, 3L);
    assertThat(events.getLast().salary()).isEqualByComparingTo("300");
    assertThat(events.getLast().email()).as("the file knows none").isEqualTo("ann@example.org");
    assertThat(api.get("/employees/" + id).version()).isEqualTo(3);
  }

  @Test
  void whoHasLeftIsHiredAgainUnderTheSameIdWithTheNextVersion() {
    String key = Api.unique("left");
    String department = Api.unique("Dept");
    api.importRows(row(2, key, department, "100"));
    String id = idOf(key);
    api.delete("/employees/" + id);

    assertThatCounts(api.importRows(row(2, key, department, "100")).body(), 1, 0, 0, 0);

    assertThat(api.get("/employees/" + id).version()).isEqualTo(2);
    assertThat(eventsOf(id))
        .extracting(EmployeeChanged::change)
        .containsExactly(Change.HIRED, Change.LEFT, Change.HIRED);
  }

  @Test
  void theSameFileTwiceAtOnceMakesOneEmployeePerKey() throws Exception {
    String p = Api.unique("twice");
    String name = Api.unique("Dept");
    String department =
        api.post("/departments", "{\"name\":\"%s\",\"budget\":1000000}".formatted(name)).id();
    List<String> rows = IntStream.range(0, 300).mapToObj(i -> row(i, p + i, name, "7")).toList();
    CompletableFuture<Answer> forwards;
    CompletableFuture<Answer> backwards;
    try (HeldLock _ = database.hold("department", department)) {
      forwards = api.importLater(String.join("\n", rows));
      backwards = api.importLater(String.join("\n", rows.reversed()));
      database.awaitWaiting(2); // one for the department, the other for the first one's rows
    }

    assertThat(List.of(forwards.join(), backwards.join()))
        .allSatisfy(report -> assertThat(report.body().get("rejected")).isEmpty())
        .extracting(report -> report.body().get("created").asInt())
        .containsExactlyInAnyOrder(300, 0);
    assertThat(database.number("SELECT count(*) FROM employee WHERE starts_with(import_key, ?)", p))
        .isEqualTo(300);
    assertThat(
            database.number(
                "SELECT count(*) FROM outbox.event WHERE key LIKE 'employee/%' AND"
                    + " convert_from(payload, 'UTF8')::json ->> 'department' = ?",
                department))
        .isEqualTo(300);
  }

  private static String row(int line, String key, String department, String salary) {
    return "{\"line\":%d,\"key\":\"%s\",\"employee\":\"Ann\",\"email\":null,\"department\":\"%s\",\"salary\":\"%s\"}"
        .formatted(line, key, department, salary);
  }

  private static void assertThatCounts(
      JsonNode report, int created, int changed, int unchanged, int departments) {
    assertThat(
            List.of(
                report.get("created").asInt(),
                report.get("changed").asInt(),
                report.get("unchanged").asInt(),
                report.get("departmentsCreated").asInt()))
        .as("created, changed, unchanged, departments created in %s", report)
        .containsExactly(created, changed, unchanged, departments);
  }

  private static List<String> reasons(Answer report) {
    return report
        .body()
        .get("rejected")
        .valueStream()
        .map(row -> row.get("line").asText() + ": " + row.get("reason").asText())
        .toList();
  }

  private String idOf(String key) {
    return database.imported(key);
  }

  private long salary(String key) {
    return database.number("SELECT salary * 100 FROM employee WHERE import_key = ?", key);
  }

  private List<EmployeeChanged> eventsOf(String id) {
    return database.events("employee/" + id).stream().map(EmployeeChanged.class::cast).toList();
  }
}
