package dev.aftercommit.employee.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.events.EmployeeChanged;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that are JSON and no amount of money, wherever the API takes one. */
@QuarkusTest
class NumbersTest {

  private static final String BUDGET = "100000";

  @Inject Api api;
  @Inject Database database;

  /** A request that takes a number; each part in angle brackets is filled in. */
  record Place(String method, String path, String body) {}

  private static final List<Place> PLACES =
      List.of(
          new Place("POST", "/employees/<e>/raise", "{\"amount\":<n>}"),
          new Place("POST", "/employees/<e>/raise", "{\"percent\":<n>}"),
          new Place("PUT", "/employees/<e>/salary", "{\"salary\":<n>}"),
          new Place("POST", "/employees", "{\"name\":\"B\",\"department\":\"<d>\",\"salary\":<n>}"),
          new Place("POST", "/departments", "{\"name\":\"<u>\",\"budget\":<n>}"),
          new Place("PUT", "/departments/<d>", "{\"name\":\"<u>\",\"budget\":<n>}"),
          new Place(
              "POST", "/departments/<d>/budget-transfers", "{\"to\":\"<t>\",\"amount\":<n>}"));

  static Stream<String> numbers() {
    return Stream.of(
        "12345678901234E+2147483640",
        "123E+2147483647",
        "123456789E+2147483640",
        "-123456789E+2147483640",
        "1E+2147483647",
        "1.5E+2147483647",
        "99999999999999999999E+2147483640",
        "1E+999999999",
        "1E+2147483640",
        "0E+2147483647",
        "1E-2147483647",
        "0E-2147483647",
        "1000000000000",
        "1E+13",
        "0.00001",
        "1".repeat(64));
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void whatIsNoAmountIsRefusedEverywhereAndChangesNothing(String number) {
    refusesEverywhere(number, "validation-failed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1E2147483648", "1E-2147483649", "1E99999999999999999999", "\"1E2147483648\""})
  void anExponentThatNoNumberHasIsMalformed(String number) {
    refusesEverywhere(number, "malformed-request");
  }

  @Test
  void thousandsOfDigitsAreRefusedBeforeTheyAreANumber() {
    refusesEverywhere("1".repeat(60_000), "malformed-request");
    refusesEverywhere("0." + "1".repeat(5_000), "malformed-request");
    refusesEverywhere("\"" + "1".repeat(5_000) + "\"", "malformed-request");
    refusesEverywhere("1E" + "1".repeat(5_000), "malformed-request");
  }

  @Test
  void anImportRejectsTheRowsWithSuchNumbersAndTakesTheOthers() {
    String row =
        "{\"line\":%s,\"key\":\"%s\",\"employee\":\"Ann\",\"department\":\"%s\",\"salary\":%s}\n";
    String department = Api.unique("Imported");
    String key = Api.unique("key");
    StringBuilder rows = new StringBuilder();
    List<String> refused =
        Stream.concat(numbers(), Stream.of("1E2147483648", "1".repeat(5_000), "\"1E+5\"")).toList();
    refused.forEach(
        number -> rows.append(row.formatted("7", Api.unique("key"), department, number)));
    rows.append(row.formatted("123E+2147483647", Api.unique("key"), department, "1"));
    rows.append(row.formatted("8", key, department, "5200.10"));

    Answer report = api.importRows(rows.toString());

    assertThat(report.status()).isEqualTo(200);
    assertThat(report.body().get("created").asInt()).isEqualTo(1);
    assertThat(report.body().get("rejected")).hasSize(refused.size() + 1);
    assertThat(database.imported(key)).isNotBlank();
  }

  @Test
  void anExponentThatIsOneOfMoneyIsTakenAsItsValue() {
    String id = api.employee(api.department("1E+6"), "1E+3");

    assertThat(api.put("/employees/" + id + "/salary", "{\"salary\":1.05E+5}").status())
        .isEqualTo(200);
    assertThat(api.post("/employees/" + id + "/raise", "{\"amount\":2E+2}").status())
        .isEqualTo(200);
    assertThat(api.post("/employees/" + id + "/raise", "{\"percent\":1E+1}").status())
        .isEqualTo(200);

    assertThat(api.get("/employees/" + id).response().body()).contains("\"salary\":115720.00,");
    assertThat(database.events("employee/" + id))
        .extracting(event -> ((EmployeeChanged) event).salary().toPlainString())
        .last()
        .isEqualTo("115720.00");
  }

  private void refusesEverywhere(String number, String problem) {
    String department = api.department(BUDGET);
    String other = api.department(BUDGET);
    String employee = api.employee(department, "1000");
    int events = database.events("employee/" + employee).size();
    for (Place place : PLACES) {
      String body =
          place
              .body()
              .replace("<d>", department)
              .replace("<t>", other)
              .replace("<u>", Api.unique("D"))
              .replace("<n>", number);
      String path = place.path().replace("<e>", employee).replace("<d>", department);

      Answer answer = api.send(place.method(), path, body);

      assertThat(answer.status()).as("%s %s %.80s", place, answer.body(), number).isEqualTo(400);
      assertThat(answer.problem()).endsWith(problem);
    }
    assertThat(api.get("/employees/" + employee).response().body()).contains("\"salary\":1000.00,");
    assertThat(database.events("employee/" + employee)).hasSize(events);
  }
}
