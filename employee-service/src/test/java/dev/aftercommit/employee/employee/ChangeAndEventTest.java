package dev.aftercommit.employee.employee;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Counters;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.events.ConsistencyToken;
import dev.aftercommit.events.DepartmentChanged;
import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EmployeeChanged.Change;
import dev.aftercommit.events.Event;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A change and its event: both, or neither. */
@QuarkusTest
class ChangeAndEventTest {

  @Inject Api api;
  @Inject Database database;
  @Inject Counters counters;

  @Test
  void everyChangeAppendsExactlyOneEventWithTheStateAfterIt() {
    String from = api.department("100000");
    String to = api.department("100000");
    Answer hired = api.hireLater(from, "5200").join();
    String path = "/employees/" + hired.id();
    double before = counters.committed();

    Answer paid = api.put(path + "/salary", "{\"salary\":5300.50}");
    Answer raised = api.post(path + "/raise", "{\"percent\":10}");
    Answer lowered = api.post(path + "/raise", "{\"amount\":-30.55}");
    Answer transferred = api.post(path + "/transfer", "{\"department\":\"%s\"}".formatted(to));
    Answer renamed = api.put(path, "{\"name\":\"Ann B.\"}");
    Answer left = api.delete(path);

    List<EmployeeChanged> events = eventsOf(hired.id());
    assertThat(events)
        .extracting(EmployeeChanged::change)
        .containsExactly(
            Change.HIRED,
            Change.SALARY_CHANGED,
            Change.SALARY_CHANGED,
            Change.SALARY_CHANGED,
            Change.TRANSFERRED,
            Change.DETAILS_CHANGED,
            Change.LEFT);
    List<Answer> answers = List.of(hired, paid, raised, lowered, transferred, renamed);
    for (int i = 0; i < answers.size(); i++) {
      assertThatEventTellsTheStateOf(events.get(i), answers.get(i));
    }
    assertThat(events.getLast().department()).isNull();
    assertThat(events)
        .extracting(EmployeeChanged::version)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(left.header(ConsistencyToken.HEADER))
        .isEqualTo(new ConsistencyToken("employee", hired.id(), 6).encode());
    assertThat(counters.committed() - before).isEqualTo(6);
    assertThat(database.wrongPayrolls()).isZero();
  }

  @Test
  void aDepartmentChangeAppendsItsEvent() {
    Answer created =
        api.post(
            "/departments", "{\"name\":\"%s\",\"budget\":10}".formatted(Api.unique("Created")));
    String renamed = Api.unique("Renamed");

    api.put("/departments/" + created.id(), "{\"name\":\"%s\",\"budget\":20.5}".formatted(renamed));

    DepartmentChanged last =
        (DepartmentChanged) database.events("department/" + created.id()).getLast();
    assertThat(database.events("department/" + created.id())).hasSize(2);
    assertThat(last.name()).isEqualTo(renamed);
    assertThat(last.budget()).isEqualByComparingTo("20.50");
    assertThat(last.version()).isEqualTo(1);
  }

  @Test
  void aRolledBackRaiseLeavesNoEvent() {
    String department = api.department("6000");
    String id = api.employee(department, "5200");
    long positions = database.number("SELECT last_value FROM outbox.event_position");
    double before = counters.rolledBack("budget-exceeded");

    Answer refused = api.post("/employees/" + id + "/raise", "{\"amount\":800.01}");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(database.number("SELECT last_value FROM outbox.event_position"))
        .as("the event had been written when the budget refused the raise")
        .isEqualTo(positions + 1);
    assertThat(eventsOf(id)).hasSize(1);
    assertThat(api.get("/employees/" + id).body().get("salary").decimalValue())
        .isEqualByComparingTo("5200");
    assertThat(api.get("/employees/" + id).version()).isZero();
    assertThat(counters.rolledBack("budget-exceeded") - before).isEqualTo(1);
  }

  @Test
  void theSameSalaryAgainChangesNothingAndAppendsNoEvent() {
    String id = api.employee(api.department("6000"), "5200");

    Answer same = api.put("/employees/" + id + "/salary", "{\"salary\":5200.0}");

    assertThat(same.status()).isEqualTo(200);
    assertThat(same.version()).isZero();
    assertThat(same.header(ConsistencyToken.HEADER))
        .isEqualTo(new ConsistencyToken("employee", id, 0).encode());
    assertThat(eventsOf(id)).hasSize(1);
  }

  @Test
  void aWellFormedTraceContextTravelsWithTheEventAndAnyOtherDoesNot() {
    String department = api.department("100000");
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    String id = api.employee(department, "5200");

    api.post("/employees/" + id + "/raise", "{\"amount\":1}", "traceparent", trace);
    api.post("/employees/" + id + "/raise", "{\"amount\":1}", "traceparent", "00-zz-1-01");

    String count = "SELECT count(*) FROM outbox.event WHERE key = ? AND trace_parent ";
    assertThat(database.number(count + "= ?", "employee/" + id, trace)).isEqualTo(1);
    assertThat(database.number(count + "IS NULL", "employee/" + id)).isEqualTo(2);
  }

  private void assertThatEventTellsTheStateOf(EmployeeChanged event, Answer answer) {
    assertThat(event.employee()).isEqualTo(answer.id());
    assertThat(event.version()).isEqualTo(answer.version());
    assertThat(event.name()).isEqualTo(answer.body().get("name").asText());
    assertThat(event.department()).isEqualTo(answer.body().get("department").asText());
    assertThat(event.salary()).isEqualByComparingTo(answer.body().get("salary").decimalValue());
    assertThat(event.salary().scale()).isEqualTo(2);
    assertThat(answer.header("ETag")).isEqualTo("\"" + event.version() + "\"");
    assertThat(answer.header(ConsistencyToken.HEADER))
        .isEqualTo(new ConsistencyToken("employee", event.employee(), event.version()).encode());
  }

  private List<EmployeeChanged> eventsOf(String id) {
    List<Event> events = database.events("employee/" + id);
    return events.stream().map(EmployeeChanged.class::cast).toList();
  }
}
