package dev.aftercommit.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The versions that have been missing for longer than events overtake each other: lost on their
 * way, parked, or never published since the newer one was forged.
 *
 * @param gaps how many ranges of versions are missing
 * @param versions how many versions that is in all
 * @param longest those that have been missing for the longest time, at most {@value #SHOWN}, as
 *     people read them: {@code employee/emp_LJPlU3rGPEUN 4 to 6}
 */
public record GapReport(long gaps, double versions, List<String> longest) {

  /** Most gaps that are named. */
  public static final int SHOWN = 5;

  /** Nothing is missing. */
  public static final GapReport NONE = new GapReport(0, 0, List.of());

  private static final String READ =
      """
      SELECT subject, first_version, last_version, count(*) OVER (),
             sum(last_version - first_version + 1) OVER ()
      FROM inbox.gap
      WHERE first_version > 0 AND since < now() - ? * interval '1 millisecond'
      ORDER BY since, subject, first_version LIMIT ?
      """;

  /** Copies the list. */
  public GapReport {
    longest = List.copyOf(longest);
  }

  /**
   * Reads what is missing now.
   *
   * @param lag for how long a version may be overtaken without being told of
   */
  public static GapReport read(Connection connection, Duration lag) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(READ)) {
      select.setLong(1, lag.toMillis());
      select.setInt(2, SHOWN);
      try (ResultSet row = select.executeQuery()) {
        GapReport report = NONE;
        List<String> longest = new ArrayList<>();
        while (row.next()) {
          longest.add(name(row.getString(1), row.getLong(2), row.getLong(3)));
          report = new GapReport(row.getLong(4), row.getDouble(5), longest);
        }
        return report;
      }
    }
  }

  private static String name(String subject, long first, long last) {
    return first == last
        ? "%s %d".formatted(subject, first)
        : "%s %d to %d".formatted(subject, first, last);
  }
}
