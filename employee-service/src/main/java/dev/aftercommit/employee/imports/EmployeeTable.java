package dev.aftercommit.employee.imports;

import dev.aftercommit.employee.ids.PublicIds;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Statements over a whole batch of employees, each in one round trip, inside the caller's
 * transaction.
 */
@ApplicationScoped
class EmployeeTable {

  private static final String FIND =
      """
      SELECT id, import_key, name, email, department_id, salary, version
      FROM employee WHERE import_key = ANY (?)
      """;

  private static final String LOCK = FIND + "ORDER BY id FOR NO KEY UPDATE";

  private static final String INSERT =
      """
      INSERT INTO employee (id, import_key, name, email, department_id, salary)
      SELECT * FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::numeric[])
      ON CONFLICT (import_key) DO NOTHING
      RETURNING id, import_key, name, email, department_id, salary, version
      """;

  private static final String UPDATE =
      """
      UPDATE employee SET name = changed.name, email = changed.email, salary = changed.salary,
        department_id = changed.department_id, version = changed.version
      FROM unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::numeric[], ?::bigint[])
        AS changed (id, name, email, department_id, salary, version)
      WHERE employee.id = changed.id
      """;

  private final DataSource dataSource;
  private final PublicIds ids;

  @Inject
  EmployeeTable(DataSource dataSource, PublicIds ids) {
    this.dataSource = dataSource;
    this.ids = ids;
  }

  /** Those who have one of the keys, as they are now; by key. */
  Map<String, StoredEmployee> find(Collection<String> keys) throws SQLException {
    return select(FIND, keys);
  }

  /** Locks those who have one of the keys, by ascending id, and reads them under the lock. */
  Map<String, StoredEmployee> lock(Collection<String> keys) throws SQLException {
    return select(LOCK, keys);
  }

  /**
   * Inserts the rows that nobody else has inserted, waiting for whoever is about to.
   *
   * @param rows in ascending order of key, so that imports of the same rows wait in line
   * @return the new employees, by key
   */
  Map<String, StoredEmployee> insert(List<ImportRow.Placed> rows) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      bind(insert, 1, "bigint", rows, row -> ids.next());
      bind(insert, 2, "text", rows, ImportRow.Placed::key);
      bind(insert, 3, "text", rows, ImportRow.Placed::name);
      bind(insert, 4, "text", rows, ImportRow.Placed::email);
      bind(insert, 5, "bigint", rows, ImportRow.Placed::department);
      bind(insert, 6, "numeric", rows, ImportRow.Placed::salary);
      return read(insert);
    }
  }

  /** Writes the new state of locked employees. */
  void update(List<StoredEmployee> changed) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(UPDATE)) {
      bind(update, 1, "bigint", changed, StoredEmployee::id);
      bind(update, 2, "text", changed, StoredEmployee::name);
      bind(update, 3, "text", changed, StoredEmployee::email);
      bind(update, 4, "bigint", changed, StoredEmployee::department);
      bind(update, 5, "numeric", changed, StoredEmployee::salary);
      bind(update, 6, "bigint", changed, StoredEmployee::version);
      update.executeUpdate();
    }
  }

  private Map<String, StoredEmployee> select(String sql, Collection<String> keys)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setArray(1, connection.createArrayOf("text", keys.toArray()));
      return read(select);
    }
  }

  private static <R> void bind(
      PreparedStatement statement,
      int parameter,
      String type,
      List<R> rows,
      Function<R, @Nullable Object> column)
      throws SQLException {
    @Nullable Object[] values = rows.stream().map(column).toArray();
    statement.setArray(parameter, statement.getConnection().createArrayOf(type, values));
  }

  private static Map<String, StoredEmployee> read(PreparedStatement statement) throws SQLException {
    Map<String, StoredEmployee> employees = new HashMap<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        long department = rows.getLong("department_id");
        StoredEmployee employee =
            new StoredEmployee(
                rows.getLong("id"),
                rows.getString("import_key"),
                rows.getString("name"),
                rows.getString("email"),
                department == 0 ? null : department,
                rows.getBigDecimal("salary"),
                rows.getLong("version"));
        employees.put(employee.key(), employee);
      }
    }
    return employees;
  }
}
