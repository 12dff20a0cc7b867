package dev.aftercommit.employee.employee;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Database;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ListingTest {

  @Inject Api api;

  @Test
  void everybodyAppearsOnceWhileOthersComeAndGo() {
    String department = api.department("100000");
    List<String> present = hire(department, 7);
    List<String> seen = new ArrayList<>();
    JsonNode page = page(department, null);
    for (int pages = 0; pages < 10 && !page.get("next").isNull(); pages++) {
      page.get("items").forEach(item -> seen.add(item.get("id").asText()));
      hire(department, 1);
      api.delete("/employees/" + seen.getLast());
      page = page(department, page.get("next").asText());
    }
    page.get("items").forEach(item -> seen.add(item.get("id").asText()));

    assertThat(seen)
        .doesNotHaveDuplicates()
        .containsSubsequence(present)
        .isSortedAccordingTo(Comparator.comparingLong(Database::key));
  }

  @Test
  void aPageThatEndsTheListNamesNoNextOne() {
    String department = api.department("100000");
    hire(department, 3);

    assertThat(page(department, null).get("next").isNull()).isTrue();
    assertThat(page(department, null).get("items")).hasSize(3);
  }

  @Test
  void whoHasLeftIsNowhere() {
    String department = api.department("100000");
    String id = hire(department, 1).getFirst();

    assertThat(api.delete("/employees/" + id).status()).isEqualTo(204);

    assertThat(page(department, null).get("items")).isEmpty();
    assertThat(api.get("/employees/" + id).status()).isEqualTo(404);
    assertThat(api.post("/employees/" + id + "/raise", "{\"amount\":1}").status()).isEqualTo(404);
    assertThat(api.delete("/employees/" + id).status()).isEqualTo(404);
  }

  @Test
  void theApiDescribesItself() {
    JsonNode paths = api.get("/q/openapi?format=json").body().get("paths");

    assertThat(paths.fieldNames())
        .toIterable()
        .contains(
            "/departments",
            "/departments/{id}",
            "/departments/{id}/budget-transfers",
            "/employees",
            "/employees/{id}",
            "/employees/{id}/raise",
            "/employees/{id}/salary",
            "/employees/{id}/transfer",
            "/imports",
            "/projects",
            "/projects/{id}",
            "/projects/{id}/assignees/{employee}");
    assertThat(api.get("/q/swagger-ui/").status()).isEqualTo(200);
    assertThat(api.get("/q/health/ready").status()).isEqualTo(200);
  }

  private List<String> hire(String department, int count) {
    return IntStream.range(0, count).mapToObj(i -> api.employee(department, "10")).toList();
  }

  private JsonNode page(String department, String after) {
    return api.get(
            "/employees?limit=3&department="
                + department
                + (after == null ? "" : "&after=" + after))
        .body();
  }
}
