package dev.aftercommit.employee.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SalaryTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5200            | 5200.00
          5200.5          | 5200.50
          5200.50000      | 5200.50
          $5,200.00       | 5200.00
          € 1,234,567.89  | 1234567.89
          0               | 0.00
          999999999999.99 | 999999999999.99
          """)
  void readsWhatPayrollFilesWrite(String text, BigDecimal salary) throws Exception {
    assertThat(SalaryText.parse(text)).isEqualTo(salary);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "N/A",
        "-5",
        "5.001",
        "52,00",
        "5,2000",
        "1e5",
        "5200 EUR",
        "1000000000000",
        "$",
        ".5"
      })
  void rejectsEverythingElse(String text) {
    assertThatExceptionOfType(RejectedRowException.class)
        .isThrownBy(() -> SalaryText.parse(text))
        .withMessageStartingWith("salary ");
  }
}
