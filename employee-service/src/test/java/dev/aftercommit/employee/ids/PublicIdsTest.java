package dev.aftercommit.employee.ids;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.publicids.DecodedId;
import dev.aftercommit.publicids.IdTokens;
import dev.aftercommit.publicids.IdType;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Callers and events see tokens, whatever is mistyped is nobody, and no key shows. */
@QuarkusTest
class PublicIdsTest {

  @Inject Api api;
  @Inject Database database;
  @Inject PublicIds ids;
  @Inject IdTokens tokens;

  @Test
  void answersAndEventsNameTokens() {
    String department = api.department("100000");
    Answer hired = api.hireLater(department, "5200").join();

    assertThat(department).matches("dep_[0-9A-Za-z]{12}");
    assertThat(hired.id()).matches("emp_[0-9A-Za-z]{12}");
    assertThat(hired.header("Location")).endsWith("/employees/" + hired.id());
    assertThat(hired.body().get("department").asText()).isEqualTo(department);
    EmployeeChanged event = (EmployeeChanged) database.events("employee/" + hired.id()).getFirst();
    assertThat(event.employee()).isEqualTo(hired.id());
    assertThat(event.department()).isEqualTo(department);
  }

  @Test
  void theKeyOfTheRowIsWhatTheTokenSays() {
    String employee = api.employee(api.department("100000"), "5200");

    assertThat(
            database.number("SELECT count(*) FROM employee WHERE id = ?", Database.key(employee)))
        .isEqualTo(1);
    DecodedId decoded = tokens.decode(employee);
    assertThat(decoded.type()).isEqualTo(IdType.EMPLOYEE);
    assertThat(decoded.instance()).isPositive();
  }

  @Test
  void anEventsIdCarriesItsToken() {
    UUID event = ids.nextEvent();

    assertThat(event.version()).isEqualTo(7);
    DecodedId decoded = tokens.decode(IdTokens.token(IdType.EVENT, event));
    assertThat(decoded.type()).isEqualTo(IdType.EVENT);
    assertThat(decoded.sequence()).isPositive();
  }

  @Test
  void aMistypedTokenIsNobodyAndTheAnswerSaysWhy() {
    String department = api.department("100000");
    String employee = api.employee(department, "5200");
    char last = employee.charAt(15);
    String mistyped = employee.substring(0, 15) + (last == 'x' ? 'y' : 'x');

    Answer refused = api.post("/employees/" + mistyped + "/raise", "{\"amount\":1}");
    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.problem()).isEqualTo("urn:aftercommit:problem:employee-not-found");
    assertThat(refused.body().get("detail").asText()).contains("a character is mistyped");
    assertThat(api.get("/employees/" + department).body().get("detail").asText())
        .isEqualTo("expected a token that begins with emp_, found " + department);
    assertThat(api.get("/departments/1").body().get("detail").asText())
        .contains("begins with dep_, found 1");
  }

  @Test
  void anIdThatWasNeverStoredIsNobody() {
    String nobody = ids.token(IdType.EMPLOYEE, ids.next());

    Answer refused = api.get("/employees/" + nobody);
    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.body().get("detail").asText())
        .isEqualTo("no employee %s is employed here".formatted(nobody));
    Answer hired = api.hireLater(ids.token(IdType.DEPARTMENT, ids.next()), "1").join();
    assertThat(hired.problem()).isEqualTo("urn:aftercommit:problem:department-not-found");
  }
}
