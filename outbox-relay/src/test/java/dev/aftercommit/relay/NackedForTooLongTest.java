package dev.aftercommit.relay;

import static dev.aftercommit.relay.RelayClient.SOON;
import static dev.aftercommit.relay.RelayClient.awaitReady;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(NackedForTooLongTest.Impatient.class)
@QuarkusTestResource(OutboxSchemaResource.class)
class NackedForTooLongTest {

  /** Parks after a second. */
  public static class Impatient implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("aftercommit.relay.park-nacked-after", "1s");
    }
  }

  private static final String FULL = "full-for-too-long";

  @ConfigProperty(name = "test.service.url")
  String serviceUrl;

  @Test
  void anEventRefusedForLongerThanTheLimitIsParkedWithThatReasonAndItsKeyBehindIt()
      throws Exception {
    awaitReady();
    try (RelayClient client = new RelayClient(serviceUrl)) {
      client.bindFullQueue(FULL, "employee.hired");
      String refused = client.commit("employee/1", "employee.hired").id().toString();
      String behind = client.commit("employee/1", "employee.left").id().toString();

      await()
          .atMost(SOON)
          .until(() -> given().get("/relay/parked").jsonPath().getList("").size() == 2);
      JsonPath parked = given().get("/relay/parked").jsonPath();
      assertThat(parked.getList("eventId", String.class)).containsExactly(refused, behind);
      assertThat(parked.getString("[0].reason")).contains("nack", "PT1S");
      assertThat(parked.getString("[1].reason")).contains("behind");
      assertThat(RelayClient.outage("parked")).contains("1 keys");

      client.channel.queueDelete(FULL);
      given().post("/relay/parked/replay").then().statusCode(200);
      client.receive(List.of(behind));
    }
  }
}
