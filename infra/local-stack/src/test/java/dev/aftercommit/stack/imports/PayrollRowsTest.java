package dev.aftercommit.stack.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.stack.imports.PayrollRows.RowRejected;
import java.util.List;
import org.junit.jupiter.api.Test;

class PayrollRowsTest {

  private static final Columns WITHOUT_KEY = new Columns(0, 1, 2, -1, -1);
  private static final Columns WITH_KEY = new Columns(0, 1, 2, -1, 3);

  @Test
  void rowsOfOneNameAreToldApartByTheirOccurrence() throws RowRejected {
    PayrollRows rows = new PayrollRows(WITHOUT_KEY);

    assertThat(rows.of(row("Ann", "Ops", "1")).key()).isEqualTo("Ann#1");
    assertThat(rows.of(row("Bob", "Ops", "1")).key()).isEqualTo("Bob#1");
    assertThat(rows.of(row("Ann", "IT", "2")).key()).isEqualTo("Ann#2");
  }

  @Test
  void aKeyColumnIsTheKeyAndMayNotComeTwice() throws RowRejected {
    PayrollRows rows = new PayrollRows(WITH_KEY);

    assertThat(rows.of(row("Ann", "Ops", "1", "7")).key()).isEqualTo("7");
    assertThatThrownBy(() -> rows.of(row("Bob", "Ops", "1", "7")))
        .isInstanceOf(RowRejected.class)
        .hasMessageContaining("key 7");
  }

  @Test
  void emptyNamesDepartmentsAndKeysAreRejected() {
    PayrollRows rows = new PayrollRows(WITH_KEY);

    assertThatThrownBy(() -> rows.of(row(" ", "Ops", "1", "1"))).hasMessageContaining("name");
    assertThatThrownBy(() -> rows.of(row("Ann", "", "1", "1"))).hasMessageContaining("department");
    assertThatThrownBy(() -> rows.of(row("Ann", "Ops", "1", " "))).hasMessageContaining("key");
  }

  private static Row row(String... fields) {
    return Row.good(2, List.of(fields));
  }
}
