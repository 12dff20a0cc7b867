package dev.aftercommit.aggregator.average;

import static dev.aftercommit.aggregator.Events.department;
import static dev.aftercommit.aggregator.Events.employee;
import static dev.aftercommit.aggregator.Events.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a write counts as included: its version and all up to the stored one have arrived. */
class IncludedTest {

  private static final long FORGED = 1_000_000_000;

  private AggregatorDatabase database;

  @BeforeEach
  void createDatabase() {
    database = new AggregatorDatabase();
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  @Test
  void aWriteThatWasOvertakenIsIncludedOnceItHasArrived() throws SQLException {
    database.apply(message(employee("1", "A", "1.00", 0)));
    database.apply(message(employee("1", "A", "3.00", 2)));
    assertThat(database.includes("employee", "1", 2)).as("the newest").isTrue();
    assertThat(database.includes("employee", "1", 1)).as("not arrived").isFalse();
    assertThat(database.includes("employee", "1", 0)).as("before what is missing").isFalse();

    database.apply(message(employee("1", "A", "2.00", 1)));

    for (int version = 0; version <= 2; version++) {
      assertThat(database.includes("employee", "1", version)).isTrue();
    }
    assertThat(database.includes("employee", "1", 3)).isFalse();
  }

  @Test
  void aWriteThatWasIgnoredBecauseOfAForgedVersionIsNeverIncluded() throws SQLException {
    database.apply(message(employee("1", "A", "1.00", 0)));
    database.apply(message(employee("1", "A", "999.00", FORGED)));

    database.apply(message(employee("1", "A", "2.00", 1)), message(employee("1", "A", "3.00", 2)));

    assertThat(database.departments()).isEqualTo(Map.of("A", "1 people, 999.00"));
    assertThat(database.includes("employee", "1", 1)).isFalse();
    assertThat(database.includes("employee", "1", 2)).isFalse();
    assertThat(database.gaps()).isEqualTo(Map.of("employee/1 3", "999999999"));
  }

  @Test
  void anEmployeeWhoseVeryFirstEventIsForgedIsNeverIncluded() throws SQLException {
    database.apply(message(employee("1", "A", "999.00", FORGED)));
    database.apply(message(employee("1", "A", "1.00", 0)));

    assertThat(database.includes("employee", "1", 0)).isFalse();
    assertThat(database.gaps()).isEqualTo(Map.of("employee/1 1", "999999999"));
  }

  @Test
  void aForgedVersionOfADepartmentIsSeenAndItsWritesAreNotIncluded() throws SQLException {
    database.apply(message(department("A", "Research", 0)));
    database.apply(message(department("A", "Forged", FORGED)));
    database.apply(message(department("A", "Sales", 1)));

    assertThat(database.includes("department", "A", 1)).isFalse();
    assertThat(database.includes("department", "A", FORGED)).isTrue();
    assertThat(database.gaps()).isEqualTo(Map.of("department/A 2", "999999999"));
  }

  @Test
  void departmentsOvertakenInOneBatchAndAcrossBatchesEndWithoutAGap() throws SQLException {
    database.apply(
        message(department("B", "b3", 3)),
        message(department("A", "a1", 1)),
        message(employee("1", "C", "1.00", 0)),
        message(department("B", "b0", 0)));
    assertThat(database.gaps()).isEqualTo(Map.of("department/A 0", "0", "department/B 1", "2"));

    database.apply(message(department("B", "b2", 2)), message(department("A", "a0", 0)));
    database.apply(message(department("B", "b1", 1)));

    assertThat(database.gaps()).isEmpty();
    assertThat(database.rows("SELECT department, coalesce(name, '-') FROM department"))
        .isEqualTo(Map.of("A", "a1", "B", "b3", "C", "-"));
  }
}
