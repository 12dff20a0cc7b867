package dev.aftercommit.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.search.Verdict;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AnomalyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lost-update                 | lost update (P4)
          mutex-per-process           | lost update (P4)
          for-update-without-tx       | gave its lock back. A circle with one rw edge over one row: lost update (P4)
          claim-then-commit-then-work | gave its lock back. A circle with one rw edge over one row: lost update (P4)
          double-freeze               | gave its lock back. A circle with one rw edge over one row: lost update (P4)
          queue-without-lock          | lost update (P4)
          two-outbox-relays           | lost update (P4)
          unlock-before-commit        | lost update (P4)
          skip-locked-deposit         | said "locked", not "empty"
          skip-locked-means-empty     | said "locked", not "empty"
          write-skew                  | write skew (G2-item, A5B)
          check-then-insert           | phantom (G2)
          insert-where-not-exists     | phantom (G2)
          for-update-missing-row      | phantom (G2)
          dedupe-check-race           | phantom (G2)
          assignee-list               | phantom (G2)
          read-skew                   | read skew (G-single, A5A)
          id-gap                      | lost message
          nowait-unhandled            | error 55P03, which ends its transaction
          retry-in-aborted-tx         | error 23505, which ends its transaction
          deadlock-order              | deadlock (40P01)
          fk-deadlock                 | deadlock (40P01)
          claim-without-lease         | lost work
          """)
  void itHasTheNameOfTheField(String scenario, String name) throws Exception {
    Report report = Reports.of(scenario);

    assertThat(Anomaly.explain(report, report.shown())).contains(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rr-stale-after-lock | as it was at 2
          rr-stale-after-lock | phantom (G2)
          for-update-parent   | phantom (G2)
          write-skew          | write skew (G2-item, A5B)
          """)
  void aSnapshotIsAsOldAsTheFirstStatementOfItsTransaction(String scenario, String name)
      throws Exception {
    Report report = Reports.of(Library.find(scenario).at(Level.REPEATABLE_READ));

    assertThat(Anomaly.explain(report, report.shown())).contains(name);
  }

  static Stream<Arguments> failing() {
    return Library.entries().stream()
        .flatMap(
            entry ->
                Stream.of(Level.values())
                    .filter(level -> entry.expected().get(level.digit()) == Verdict.FAILS)
                    .limit(1)
                    .map(level -> Arguments.of(entry.name(), level)));
  }

  @ParameterizedTest
  @MethodSource("failing")
  void noFailureOfTheCatalogueIsWithoutAName(String scenario, Level level) throws Exception {
    Report report = Reports.of(Library.find(scenario).at(level));

    assertThat(Anomaly.explain(report, report.shown())).doesNotContain("look at what commits");
  }
}
