package dev.aftercommit.relay.backlog;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.aftercommit.relay.OutboxSchemaResource;
import dev.aftercommit.stack.testing.SharedServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every refusal is a problem with a stable type, and none tells how the relay is made. */
@QuarkusTest
@QuarkusTestResource(OutboxSchemaResource.class)
class RelayProblemsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET   | /nowhere                          |                | 404 | not-found
          GET   | /relay/parked?after=x             |                | 400 | validation-failed
          GET   | /relay/parked?after=1.5           |                | 400 | validation-failed
          GET   | /relay/parked?limit=9999999999    |                | 400 | validation-failed
          POST  | /relay/parked/4711/replay         |                | 404 | parked-event-not-found
          POST  | /relay/parked/abc/replay          |                | 404 | not-found
          PATCH | /relay/backlog                    |                | 405 | method-not-allowed
          POST  | /relay/republish                  |                | 400 | validation-failed
          POST  | /relay/republish                  | {}             | 400 | validation-failed
          POST  | /relay/republish                  | {"last":10001} | 400 | validation-failed
          POST  | /relay/republish                  | {"last":       | 400 | malformed-request
          POST  | /relay/republish                  | {"last":"two"} | 400 | malformed-request
          """)
  void hasAStableType(String method, String path, String body, int status, String name) {
    RequestSpecification request = given().contentType("application/json");
    if (body != null) {
      request.body(body);
    }

    assertThatIsProblem(request.request(method, path).then(), status, name);
  }

  @Test
  void aBadParameterIsNamedWithWhatWasFound() {
    given()
        .get("/relay/parked?limit=x")
        .then()
        .body("violations[0].field", equalTo("limit"))
        .body("violations[0].in", equalTo("query"))
        .body(
            "violations[0].message", equalTo("must be a whole number up to 2147483647, found: x"));
  }

  @Test
  void anotherMediaTypeIsRefused() {
    assertThatIsProblem(
        given().contentType("text/xml").body("<last/>").post("/relay/republish").then(),
        415,
        "unsupported-media-type");
  }

  @Test
  void withoutTheBrokerNothingIsRepublished() {
    SharedServers.get().rabbitMq().stop();
    try {
      assertThatIsProblem(
          given()
              .contentType("application/json")
              .body("{\"last\":1}")
              .post("/relay/republish")
              .then()
              .header("Retry-After", "1"),
          503,
          "broker-unavailable");
    } finally {
      SharedServers.get().rabbitMq().start();
    }
  }

  private static void assertThatIsProblem(ValidatableResponse answer, int status, String name) {
    answer
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:aftercommit:problem:" + name))
        .body("status", equalTo(status))
        .body("title", not(equalTo(null)))
        .body(not(containsString("dev.aftercommit")))
        .body(not(containsString("java.")));
  }
}
