package dev.aftercommit.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnomalyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lost-update             | lost update (P4)
          for-update-without-tx   | gave its lock back
          for-update-without-tx   | lost update (P4)
          queue-without-lock      | lost update (P4)
          double-freeze           | gave its lock back
          skip-locked-deposit     | said "locked", not "empty"
          write-skew              | write skew (G2-item, A5B)
          check-then-insert       | phantom (G2)
          insert-where-not-exists | phantom (G2)
          assignee-list           | phantom (G2)
          read-skew               | read skew (G-single, A5A)
          id-gap                  | lost message
          """)
  void itHasTheNameOfTheField(String scenario, String name) throws Exception {
    Report report = Reports.of(scenario);

    assertThat(Anomaly.explain(report, report.shown())).contains(name);
  }
}
