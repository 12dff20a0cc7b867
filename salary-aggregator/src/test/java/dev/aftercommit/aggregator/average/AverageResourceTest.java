package dev.aftercommit.aggregator.average;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.aftercommit.aggregator.AggregatorTest;
import dev.aftercommit.aggregator.Broker;
import dev.aftercommit.aggregator.Events;
import dev.aftercommit.events.ConsistencyToken;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads, with and without consistency token, and the live stream. */
@QuarkusTest
@AggregatorTest
class AverageResourceTest {

  @TestHTTPResource("/departments/averages/stream")
  URI stream;

  private Broker broker;

  @BeforeEach
  void connect() {
    broker = Broker.connect();
  }

  @AfterEach
  void disconnect() {
    broker.close();
  }

  @Test
  void aReadWithTheTokenOfAWriteAnswersWhenTheWriteIsIncluded() throws Exception {
    String token = new ConsistencyToken("employee", "t1", 3).encode();
    CompletableFuture<Response> answer =
        CompletableFuture.supplyAsync(
            () ->
                given()
                    .header(ConsistencyToken.HEADER, token)
                    .get("/departments/20/average-salary"));
    broker.publish(Events.employee("t1", "20", "100.00", 2));
    broker.publish(Events.employee("t1", "20", "300.00", 3));
    answer.get(10, TimeUnit.SECONDS).then().statusCode(200).body("average", equalTo(300.00f));
  }

  @Test
  void aTokenOfANewerVersionThanThereIsEndsIn503WithRetryAfter() {
    broker.publish(Events.employee("t2", "21", "100.00", 0));
    String token = new ConsistencyToken("employee", "t2", 1).encode();
    given()
        .queryParam("consistencyToken", token)
        .get("/departments/averages")
        .then()
        .statusCode(503)
        .header("Retry-After", "1")
        .contentType("application/problem+json")
        .body("type", equalTo("urn:aftercommit:problem:write-not-included-yet"))
        .body("detail", containsString("version 1 of employee t2"));
  }

  @Test
  void aTokenOfADepartmentIsKeptToo() {
    broker.publish(Events.department("22", "Sales", 4));
    given()
        .queryParam("consistencyToken", new ConsistencyToken("department", "22", 4).encode())
        .get("/departments/22/average-salary")
        .then()
        .statusCode(200)
        .body("name", equalTo("Sales"));
  }

  @Test
  void aMalformedTokenIsRefused() {
    given()
        .header(ConsistencyToken.HEADER, "not a token")
        .get("/departments/averages")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:aftercommit:problem:consistency-token-malformed"));
  }

  @Test
  void aDepartmentThatIsNotKnownIsAProblem() {
    given()
        .get("/departments/nowhere/average-salary")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:aftercommit:problem:department-not-found"));
  }

  @Test
  void aStreamIsNotSilentWhileNothingHappensAndItsEventsHaveIds() throws Exception {
    broker.publish(Events.employee("s3", "32", "100.00", 0));
    await()
        .untilAsserted(() -> given().get("/departments/32/average-salary").then().statusCode(200));
    HttpRequest request =
        HttpRequest.newBuilder(stream).header("Accept", "text/event-stream").build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      try (Stream<String> lines = client.send(request, BodyHandlers.ofLines()).body()) {
        Iterator<String> all = lines.iterator();
        int comments = 0;
        int events = 0;
        int ids = 0;
        while (comments < 3) {
          String line = all.next();
          comments += line.startsWith(":") ? 1 : 0;
          events += line.startsWith("data:") ? 1 : 0;
          ids += line.startsWith("id:") ? 1 : 0;
        }
        assertThat(events).isPositive().isEqualTo(ids);
      }
      client.shutdownNow();
    }
  }

  @Test
  void theStreamStartsWithAllAndGoesOnWithWhatChanges() throws Exception {
    broker.publish(Events.employee("s1", "30", "100.00", 0));
    broker.publish(Events.employee("s2", "31", "100.00", 0));
    await()
        .untilAsserted(() -> given().get("/departments/31/average-salary").then().statusCode(200));
    HttpRequest request =
        HttpRequest.newBuilder(stream).header("Accept", "text/event-stream").build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      try (Stream<String> lines = client.send(request, BodyHandlers.ofLines()).body()) {
        Iterator<String> events = lines.filter(line -> line.startsWith("data:")).iterator();
        assertThat(events.next()).contains("\"department\":\"30\"", "\"department\":\"31\"");
        broker.publish(Events.employee("s2", "31", "700.00", 1));
        assertThat(events.next()).contains("\"average\":700.00").doesNotContain("\"30\"");
      }
      client.shutdownNow();
    }
  }
}
