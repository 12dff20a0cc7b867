package dev.aftercommit.notification;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every refusal is a problem with a stable type, and none tells how the service is made. */
@ServiceTest
class ProblemsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET    | /nowhere                    | 404 | not-found
          GET    | /parked?after=x             | 400 | validation-failed
          GET    | /notifications?limit=many   | 400 | validation-failed
          POST   | /parked/987654321/replay    | 404 | parked-message-not-found
          POST   | /parked/abc/replay          | 404 | not-found
          POST   | /notifications/987654321/retry | 404 | notification-not-found
          DELETE | /notifications              | 405 | method-not-allowed
          """)
  void hasAStableType(String method, String path, int status, String name) {
    given()
        .request(method, path)
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:aftercommit:problem:" + name))
        .body("status", equalTo(status))
        .body(not(containsString("dev.aftercommit")));
  }
}
