package dev.aftercommit.stack.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ColumnsTest {

  @Test
  void columnsAreFoundByTheirUsualNamesInAnyCase() {
    Columns columns =
        Columns.find(List.of("Id", "Annual_Salary", "NAME", "Job_Department"), Map.of());

    assertThat(columns).isEqualTo(new Columns(2, 3, 1, -1, -1));
  }

  @Test
  void columnsMayBeNamed() {
    Columns columns =
        Columns.find(
            List.of("Person", "Unit", "Pay", "Mail", "No"),
            Map.of(
                "employee",
                "person",
                "department",
                "unit",
                "salary",
                "pay",
                "email",
                "mail",
                "key",
                "no"));

    assertThat(columns).isEqualTo(new Columns(0, 1, 2, 3, 4));
  }

  @Test
  void aColumnThatDoesNotExistIsAnErrorThatListsTheHeaders() {
    List<String> headers = List.of("name", "department", "pay");

    assertThatThrownBy(() -> Columns.find(headers, Map.of("salary", "wage")))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("wage")
        .hasMessageContaining("name, department, pay");
  }

  @Test
  void aRoleThatDoesNotExistIsAnError() {
    List<String> headers = List.of("name", "department", "salary");

    assertThatThrownBy(() -> Columns.find(headers, Map.of("wage", "salary")))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("wage");
  }
}
