package dev.aftercommit.employee.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal is a problem with a stable type, and none tells how the service is made. */
@QuarkusTest
class ProblemsTest {

  @Inject Api api;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET    | /nowhere               |                                                | 404 | not-found
          GET    | /employees/999999      |                                                | 404 | employee-not-found
          GET    | /employees/abc         |                                                | 404 | employee-not-found
          GET    | /departments/0         |                                                | 404 | department-not-found
          DELETE | /employees/999999      |                                                | 404 | employee-not-found
          PATCH  | /employees/1           | {}                                             | 405 | method-not-allowed
          GET    | /employees?limit=0     |                                                | 400 | validation-failed
          GET    | /employees?limit=501   |                                                | 400 | validation-failed
          GET    | /employees?after=x     |                                                | 400 | validation-failed
          POST   | /employees             | {"name":                                       | 400 | malformed-request
          POST   | /employees             | []                                             | 400 | malformed-request
          POST   | /employees             | {"salary":"much"}                              | 400 | malformed-request
          POST   | /employees             | {"name":"A","department":"999999","salary":1}  | 404 | department-not-found
          POST   | /employees             | {"name":" ","department":"1","salary":1}       | 400 | validation-failed
          POST   | /employees             | {"name":"A","department":"1","salary":-1}      | 400 | validation-failed
          POST   | /employees             | {"name":"A","department":"1","salary":1.001}   | 400 | validation-failed
          POST   | /employees             | {"name":"A","department":"1","salary":1e99999} | 400 | validation-failed
          POST   | /employees             | {"name":"A","department":"1"}                  | 400 | validation-failed
          POST   | /employees/1/raise     | {}                                             | 400 | validation-failed
          POST   | /employees/1/raise     | {"amount":1,"percent":1}                       | 400 | validation-failed
          POST   | /departments           | {"name":"A","budget":-1}                       | 400 | validation-failed
          """)
  void hasAStableType(String method, String path, String body, int status, String name) {
    Answer answer = api.send(method, path, body);

    assertThatIsProblem(answer, status, name);
    if (name.equals("validation-failed")) {
      assertThat(answer.body().get("violations"))
          .isNotEmpty()
          .allSatisfy(violation -> assertThat(violation.get("field").asText()).isNotBlank())
          .allSatisfy(violation -> assertThat(violation.get("message").asText()).isNotBlank());
    }
  }

  @Test
  void anotherMediaTypeIsRefused() {
    assertThatIsProblem(
        api.post("/employees", "<xml/>", "Content-Type", "text/xml"),
        415,
        "unsupported-media-type");
    assertThatIsProblem(
        api.send("GET", "/employees", null, "Accept", "text/csv"), 406, "not-acceptable");
  }

  @Test
  void aBodyWithoutEndIsNotReadToItsEnd() {
    Answer refused =
        api.post(
            "/departments",
            "{\"name\":\"A\",\"budget\":1,\"x\":[%s1]}".formatted("1,".repeat(1 << 20)));

    assertThatIsProblem(refused, 400, "malformed-request");
    assertThat(refused.body().get("detail").asText()).contains("longer than any request");
  }

  @Test
  void aSecondDepartmentOfTheSameNameIsRefused() {
    String body = "{\"name\":\"%s\",\"budget\":1}".formatted(Api.unique("Same"));
    api.post("/departments", body);

    assertThatIsProblem(api.post("/departments", body), 409, "department-name-taken");
  }

  @Test
  void aSalaryNeverLeavesItsRange() {
    String id = api.employee(api.department("999999999999.99"), "1000");
    String raise = "/employees/" + id + "/raise";

    assertThatIsProblem(api.post(raise, "{\"amount\":-1000.01}"), 409, "salary-out-of-range");
    assertThatIsProblem(api.post(raise, "{\"amount\":999999999999}"), 409, "salary-out-of-range");
    assertThat(api.post(raise, "{\"percent\":-100}").status()).isEqualTo(200);
    assertThat(api.get("/employees/" + id).body().get("salary").decimalValue()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"1\"", "\"9\", \"8\"", "W/\"0\"", "\"abc\""})
  void anotherVersionThanExpectedIsRefused(String ifMatch) {
    String id = api.employee(api.department("1000"), "1");

    Answer refused = api.put("/employees/" + id + "/salary", "{\"salary\":2}", "If-Match", ifMatch);

    assertThatIsProblem(refused, 412, "version-mismatch");
    assertThat(refused.body().get("actual").asLong()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"0\"", "*", "\"7\", \"0\""})
  void theExpectedVersionIsChanged(String ifMatch) {
    String id = api.employee(api.department("1000"), "1");

    assertThat(
            api.put("/employees/" + id + "/salary", "{\"salary\":2}", "If-Match", ifMatch).status())
        .isEqualTo(200);
  }

  @Test
  void everyWriteOfAnEmployeeOrDepartmentHonoursIfMatch() {
    String department = api.department("1000");
    String path = "/employees/" + api.employee(department, "1");
    String[] stale = {"If-Match", "\"5\""};

    assertThat(
            new int[] {
              api.put(path, "{\"name\":\"B\"}", stale).status(),
              api.put(path + "/salary", "{\"salary\":2}", stale).status(),
              api.post(path + "/raise", "{\"amount\":2}", stale).status(),
              api.post(path + "/transfer", "{\"department\":\"%s\"}".formatted(department), stale)
                  .status(),
              api.delete(path, stale).status(),
              api.put("/departments/" + department, "{\"name\":\"B\",\"budget\":2}", stale).status()
            })
        .containsOnly(412);
  }

  @Test
  void aMalformedPreconditionIsRefused() {
    String id = api.employee(api.department("1000"), "1");

    assertThatIsProblem(
        api.put("/employees/" + id + "/salary", "{\"salary\":2}", "If-Match", "0"),
        400,
        "malformed-request");
  }

  private static void assertThatIsProblem(Answer answer, int status, String name) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.problem()).isEqualTo("urn:aftercommit:problem:" + name);
    assertThat(answer.body().get("status").asInt()).isEqualTo(status);
    assertThat(answer.body().get("title").asText()).isNotBlank();
    assertThat(answer.response().body()).doesNotContain("dev.aftercommit", "java.", "hibernate");
  }
}
