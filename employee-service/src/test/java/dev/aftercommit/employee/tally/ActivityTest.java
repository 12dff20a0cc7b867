package dev.aftercommit.employee.tally;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.employee.testing.Database.HeldLock;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The tally follows every change of a salary, in the change's own transaction. */
@QuarkusTest
class ActivityTest {

  @Inject Api api;
  @Inject Database database;

  @Test
  void everyWayToChangeASalaryIsCounted() {
    String department = api.department("100000");
    String id = api.employee(department, "1000");
    assertThatActivityIs(id, "0", 0);

    api.put("/employees/" + id + "/salary", "{\"salary\":1200.50}");
    api.post("/employees/" + id + "/raise", "{\"percent\":10}");
    api.post("/employees/" + id + "/raise", "{\"amount\":-20}");

    assertThatActivityIs(id, "300.55", 3);
  }

  @Test
  void whatChangesNoSalaryIsNotCounted() {
    String department = api.department("100000");
    String id = api.employee(department, "1000");

    api.put("/employees/" + id + "/salary", "{\"salary\":1000}");
    api.put("/employees/" + id, "{\"name\":\"B\"}");
    api.post(
        "/employees/" + id + "/transfer",
        "{\"department\":\"%s\"}".formatted(api.department("5000")));

    assertThatActivityIs(id, "0", 0);
  }

  @Test
  void anImportCountsItsChangesAndNotItsHires() {
    String key = Api.unique("key");
    String department = Api.unique("Imported");
    String row =
        "{\"line\":1,\"key\":\"%s\",\"employee\":\"Ann\",\"department\":\"%s\",\"salary\":\"%s\"}";

    api.importRows(row.formatted(key, department, "1000"));
    api.importRows(row.formatted(key, department, "1150.25"));
    String id = database.imported(key);
    assertThatActivityIs(id, "150.25", 1);

    api.delete("/employees/" + id);
    assertThat(api.get("/employees/" + id + "/activity").status()).isEqualTo(404);
    api.importRows(row.formatted(key, department, "2000"));
    assertThatActivityIs(id, "150.25", 1);
  }

  @Test
  void raisesAtOnceAllCount() throws Exception {
    String id = api.employee(api.department("100000"), "1000");
    List<CompletableFuture<Answer>> raises;
    try (HeldLock _ = database.hold("employee", id)) {
      raises = List.of(raise(id, 10), raise(id, 200), raise(id, 3000));
      database.awaitWaiting(3);
    }

    assertThat(raises).allSatisfy(raise -> assertThat(raise.join().status()).isEqualTo(200));
    assertThatActivityIs(id, "3210", 3);
  }

  @Test
  void aRaiseThatRollsBackIsNotCounted() {
    String id = api.employee(api.department("1000"), "1000");

    assertThat(raise(id, 1).join().status()).isEqualTo(409);

    assertThatActivityIs(id, "0", 0);
  }

  @Test
  void aDepartmentAddsUpThoseWhoWorkThere() {
    String department = api.department("100000");
    String first = api.employee(department, "1000");
    String second = api.employee(department, "1000");
    raise(first, 100).join();
    raise(second, 30).join();
    raise(second, -1).join();

    JsonNode sums = api.get("/departments/" + department + "/activity").body();

    assertThat(sums.get("department").asText()).isEqualTo(department);
    assertThat(sums.get("employees").asInt()).isEqualTo(2);
    assertThat(sums.get("totalChange").decimalValue()).isEqualByComparingTo("129");
    assertThat(sums.get("dailyChange").decimalValue()).isEqualByComparingTo("129");
    assertThat(sums.get("changesToday").asInt()).isEqualTo(3);
    JsonNode none = api.get("/departments/" + api.department("1") + "/activity").body();
    assertThat(none.get("employees").asInt()).isZero();
    assertThat(none.get("totalChange").decimalValue()).isEqualByComparingTo("0");
  }

  @Test
  void whoeverDoesNotExistHasNoActivity() {
    assertThat(api.get("/employees/999999999/activity").problem())
        .isEqualTo("urn:aftercommit:problem:employee-not-found");
    assertThat(api.get("/departments/nobody/activity").problem())
        .isEqualTo("urn:aftercommit:problem:department-not-found");
  }

  private CompletableFuture<Answer> raise(String id, int amount) {
    return api.postLater("/employees/" + id + "/raise", "{\"amount\":%d}".formatted(amount));
  }

  private void assertThatActivityIs(String id, String change, int changes) {
    JsonNode activity = api.get("/employees/" + id + "/activity").body();
    assertThat(activity.get("employee").asText()).isEqualTo(id);
    assertThat(activity.get("totalChange").decimalValue()).isEqualByComparingTo(change);
    assertThat(activity.get("dailyChange").decimalValue()).isEqualByComparingTo(change);
    assertThat(activity.get("changesToday").asInt()).isEqualTo(changes);
  }
}
