package dev.aftercommit.aggregator.problem;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.aftercommit.aggregator.AggregatorTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every refusal is a problem with a stable type, and none tells how the service is made. */
@QuarkusTest
@AggregatorTest
class ProblemsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET    | /nowhere                    | 404 | not-found
          GET    | /parked?after=x             | 400 | validation-failed
          GET    | /parked?limit=many          | 400 | validation-failed
          POST   | /parked/4711/replay         | 404 | parked-message-not-found
          POST   | /parked/abc/replay          | 404 | not-found
          DELETE | /departments/averages       | 405 | method-not-allowed
          GET    | /departments/0/average-salary | 404 | department-not-found
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
