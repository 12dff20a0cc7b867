package dev.aftercommit.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which versions have not arrived. */
class VersionGapsTest {

  private static final Duration AT_ONCE = Duration.ofMillis(-1);

  private InboxDatabase database;
  private Connection connection;

  @BeforeEach
  void createDatabase() throws Exception {
    database = new InboxDatabase();
    connection = database.begin();
  }

  @AfterEach
  void dropDatabase() throws SQLException {
    connection.close();
    database.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          in order             | 0,1,2 3,4      |
          overtaken, arrived   | 0 2 1          |
          one is missing       | 0,1,2,3 5      | 4-4
          in one batch         | 0 5,3          | 1-2 4-4
          a hole in the middle | 0 9 5          | 1-4 6-8
          the ends of a hole   | 0 9 1 8        | 2-7
          filled in one batch  | 0 4 1,3,2      |
          repetitions          | 0,0 2,2 2 0    | 1-1
          joined late          | 7 8            | 0-6
          joined late, forged  | 1000000 0 1    | 2-999999
          the greatest version | 0 9007199254740991 | 1-9007199254740990
          """)
  void whatIsMissingIsKnown(String why, String batches, String missing) throws SQLException {
    for (String batch : batches.split(" ", -1)) {
      track("employee/1", Arrays.stream(batch.split(",", -1)).map(Long::valueOf).toList());
    }

    assertThat(missing()).as(why).isEqualTo(missing == null ? "" : missing);
  }

  @Test
  void anyOrderInAnyBatchesEndsWithWhatIsMissing() throws SQLException {
    Random random = new Random(4711);
    for (int round = 0; round < 40; round++) {
      execute("TRUNCATE inbox.gap, inbox.newest_version");
      List<Long> versions = new ArrayList<>();
      for (long version = 0; version < 12; version++) {
        versions.add(version);
      }
      Collections.shuffle(versions, random);
      List<Long> arrived = versions.subList(0, 4 + random.nextInt(9));
      for (int from = 0; from < arrived.size(); ) {
        int to = Math.min(arrived.size(), from + 1 + random.nextInt(3));
        track("employee/1", arrived.subList(from, to));
        from = to;
      }

      assertThat(unseen()).as("arrived %s", arrived).isEqualTo(without(arrived));
    }
  }

  @Test
  void aGapIsToldAfterTheLagAndNotBeforeAndIsGoneWhenTheMissingVersionArrives()
      throws SQLException {
    track("employee/1", List.of(0L, 1L, 2L, 3L, 5L));
    track("employee/2", List.of(0L, 3L));
    assertThat(GapReport.read(connection, Duration.ofHours(1))).isEqualTo(GapReport.NONE);

    execute("UPDATE inbox.gap SET since = since - interval '1 hour 1 second'");
    assertThat(GapReport.read(connection, Duration.ofHours(1)))
        .isEqualTo(new GapReport(2, 3, List.of("employee/1 4", "employee/2 1 to 2")));

    track("employee/1", List.of(4L));
    track("employee/2", List.of(2L, 1L));
    assertThat(GapReport.read(connection, Duration.ofHours(1))).isEqualTo(GapReport.NONE);
  }

  @Test
  void whatCameBeforeTheFirstVersionHereIsNotTold() throws SQLException {
    track("employee/1", List.of(7L, 8L));

    assertThat(GapReport.read(connection, AT_ONCE)).isEqualTo(GapReport.NONE);
  }

  @Test
  void aReportNamesAFewOfManyGaps() throws SQLException {
    for (int i = 10; i < 30; i++) {
      track("employee/" + i, List.of(0L, 2L));
    }

    GapReport report = GapReport.read(connection, AT_ONCE);
    assertThat(report.gaps()).isEqualTo(20);
    assertThat(report.longest()).hasSize(GapReport.SHOWN).first().isEqualTo("employee/10 1");
  }

  private void track(String subject, List<Long> versions) throws SQLException {
    VersionGaps.track(connection, new TreeMap<>(Map.of(subject, versions)));
  }

  private String missing() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT coalesce(string_agg(first_version || '-' || last_version, ' '"
                    + " ORDER BY first_version), '') FROM inbox.gap")) {
      row.next();
      return row.getString(1);
    }
  }

  private Set<Long> unseen() throws SQLException {
    Set<Long> unseen = new TreeSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT v FROM inbox.gap, generate_series(first_version, last_version) v")) {
      while (row.next()) {
        assertThat(unseen.add(row.getLong(1))).as("ranges do not overlap").isTrue();
      }
    }
    return unseen;
  }

  private static Set<Long> without(List<Long> arrived) {
    Set<Long> missing = new TreeSet<>();
    for (long version = 0; version < Collections.max(arrived); version++) {
      if (!arrived.contains(version)) {
        missing.add(version);
      }
    }
    return missing;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
