package dev.aftercommit.notification;

import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;

/** What the service says about notifications. */
final class Rows {

  private Rows() {}

  static List<Map<String, Object>> of(String employee) {
    return json("/notifications?employee=" + employee).getList("items");
  }

  static String stateOf(String employee) {
    List<Map<String, Object>> rows = of(employee);
    return rows.isEmpty() ? "ABSENT" : (String) rows.getFirst().get("state");
  }

  static JsonPath consumption() {
    return json("/consumption");
  }

  static JsonPath json(String path) {
    return RestAssured.given().get(path).then().statusCode(200).extract().jsonPath();
  }

  /** A sample of the metrics page, by the beginning of its line; 0 without one. */
  static double metric(String beginning) {
    return RestAssured.given()
        .get("/q/metrics")
        .asString()
        .lines()
        .filter(line -> line.startsWith(beginning))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
