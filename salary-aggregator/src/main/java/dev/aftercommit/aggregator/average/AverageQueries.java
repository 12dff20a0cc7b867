package dev.aftercommit.aggregator.average;

import dev.aftercommit.events.ConsistencyToken;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;

/** Reads what has been committed. */
@Singleton
class AverageQueries {

  private static final String INCLUDED =
      """
      SELECT token.n
      FROM unnest(?::text[], ?::text[], ?::bigint[]) WITH ORDINALITY AS token (type, id, version, n)
      WHERE CASE token.type
        WHEN 'employee' THEN EXISTS (
          SELECT FROM employee_projection p
          WHERE p.employee = token.id AND p.version >= token.version)
        ELSE EXISTS (
          SELECT FROM department d
          WHERE d.department = token.id AND d.version >= token.version)
        END
      AND NOT EXISTS (
        SELECT FROM inbox.gap g
        WHERE g.subject = token.type || '/' || token.id AND g.last_version >= token.version)
      """;

  private final DataSource dataSource;

  AverageQueries(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  Averages all() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT now(), d.department, d.name, d.headcount, d.total FROM (SELECT) AS one"
                    + " LEFT JOIN department AS d ON true ORDER BY d.department");
        ResultSet row = select.executeQuery()) {
      List<DepartmentAverage> departments = new ArrayList<>();
      Instant asOf = Instant.EPOCH;
      while (row.next()) {
        asOf = row.getObject(1, OffsetDateTime.class).toInstant();
        if (row.getString(2) != null) {
          departments.add(department(row));
        }
      }
      return new Averages(asOf, departments);
    }
  }

  Optional<AverageOfDepartment> one(String department) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT now(), department, name, headcount, total FROM department"
                    + " WHERE department = ?")) {
      select.setString(1, department);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                AverageOfDepartment.of(
                    row.getObject(1, OffsetDateTime.class).toInstant(), department(row)))
            : Optional.empty();
      }
    }
  }

  /**
   * Those of the tokens whose write has taken effect: the version that is stored is that of the
   * write or a newer one, and every version from that of the write to the stored one has arrived. A
   * newer version includes the older ones only if it is genuine, and one that is not leaves a gap
   * that never closes: the versions between were never published.
   *
   * @param tokens no one twice
   */
  Set<ConsistencyToken> included(List<ConsistencyToken> tokens) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(INCLUDED)) {
      select.setArray(
          1, connection.createArrayOf("text", array(tokens, ConsistencyToken::subjectType)));
      select.setArray(
          2, connection.createArrayOf("text", array(tokens, ConsistencyToken::subjectId)));
      select.setArray(
          3, connection.createArrayOf("bigint", array(tokens, ConsistencyToken::version)));
      try (ResultSet row = select.executeQuery()) {
        Set<ConsistencyToken> included = new HashSet<>();
        while (row.next()) {
          included.add(tokens.get(row.getInt(1) - 1));
        }
        return included;
      }
    }
  }

  private static Object[] array(
      List<ConsistencyToken> tokens, Function<ConsistencyToken, Object> part) {
    return tokens.stream().map(part).toArray();
  }

  private static DepartmentAverage department(ResultSet row) throws SQLException {
    return DepartmentAverage.of(
        row.getString(2), row.getString(3), row.getLong(4), row.getBigDecimal(5));
  }
}
