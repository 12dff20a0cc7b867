package dev.aftercommit.employee.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.events.Event;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.events.UnreadableEventException;
import dev.aftercommit.publicids.DecodedId;
import dev.aftercommit.publicids.IdKey;
import dev.aftercommit.publicids.IdLayout;
import dev.aftercommit.publicids.IdTokens;
import dev.aftercommit.publicids.IdType;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The database as an onlooker sees it, over connections that the service does not know. */
@ApplicationScoped
public class Database {

  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private static final IdTokens TOKENS = new IdTokens(IdKey.parse(IdKey.DEVELOPMENT));

  @ConfigProperty(name = "quarkus.datasource.jdbc.url")
  String url;

  @ConfigProperty(name = "quarkus.datasource.username")
  String user;

  /** A row lock held on a connection of its own until it is closed. */
  public static final class HeldLock implements AutoCloseable {

    private final Connection connection;

    private HeldLock(Connection connection) {
      this.connection = connection;
    }

    /** Takes another row in the same transaction, waiting for it if need be. */
    public void alsoTake(String table, String id) throws SQLException {
      lock(connection, table, id);
    }

    @Override
    public void close() throws SQLException {
      connection.rollback();
      connection.close();
    }
  }

  /** The key of the row that has this public id. */
  public static long key(String token) {
    DecodedId id = TOKENS.decode(token);
    return IdLayout.key(id.instance(), id.sequence());
  }

  /** The public id of the employee who was imported under this key. */
  public String imported(String importKey) {
    return TOKENS.token(
        IdType.EMPLOYEE, number("SELECT id FROM employee WHERE import_key = ?", importKey));
  }

  /** Locks a row as an update of it would. */
  public HeldLock hold(String table, String id) throws SQLException {
    return hold(open(), table, id);
  }

  /** Locks a row as its removal would, also against rows that refer to it. */
  public HeldLock holdStrongly(String table, String id) throws SQLException {
    Connection connection = open();
    connection.setAutoCommit(false);
    lock(connection, table, id, "FOR UPDATE");
    return new HeldLock(connection);
  }

  /** Locks a row on the given connection. */
  public HeldLock hold(Connection connection, String table, String id) throws SQLException {
    connection.setAutoCommit(false);
    lock(connection, table, id);
    return new HeldLock(connection);
  }

  /** Waits until that many transactions of the service wait for a lock. */
  public void awaitWaiting(int transactions) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () ->
                assertThat(
                        number(
                            """
                            SELECT count(*) FROM pg_stat_activity
                            WHERE datname = current_database()
                              AND cardinality(pg_blocking_pids(pid)) > 0
                            """))
                    .as("transactions that wait for a lock")
                    .isEqualTo(transactions));
  }

  /** The events about one employee ({@code employee/emp_…}) or department, in order. */
  public List<Event> events(String key) {
    String sql = "SELECT type, payload FROM outbox.event WHERE key = ? ORDER BY position";
    try (Connection connection = open();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, key);
      List<Event> events = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          events.add(EventJson.read(rows.getString("type"), rows.getBytes("payload")));
        }
      }
      return events;
    } catch (SQLException | UnreadableEventException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many departments have a payroll that is not the sum of their employees' salaries. */
  public long wrongPayrolls() {
    return number(
        """
        SELECT count(*) FROM department d WHERE payroll <>
          (SELECT coalesce(sum(salary), 0) FROM employee e WHERE e.department_id = d.id)
        """);
  }

  public long number(String sql, Object... parameters) {
    return decimal(sql, parameters).longValueExact();
  }

  public BigDecimal decimal(String sql, Object... parameters) {
    try (Connection connection = open();
        PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        select.setObject(i + 1, parameters[i]);
      }
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBigDecimal(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public String text(String sql) {
    try (Connection connection = open();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same as {@link #update} although the database is read-only for everybody else. */
  public void updateReadOnly(String sql) {
    try (Connection connection = open();
        Statement statement = connection.createStatement()) {
      statement.execute("SET default_transaction_read_only = off");
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Changes rows behind the service's back. */
  public void update(String sql, Object... parameters) {
    try (Connection connection = open();
        PreparedStatement update = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        update.setObject(i + 1, parameters[i]);
      }
      update.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void lock(Connection connection, String table, String id) throws SQLException {
    lock(connection, table, id, "FOR NO KEY UPDATE");
  }

  private static void lock(Connection connection, String table, String id, String strength)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT 1 FROM " + table + " WHERE id = ? " + strength)) {
      select.setLong(1, key(id));
      select.executeQuery().close();
    }
  }

  /** A connection of the service's role that the service does not know. */
  public Connection open() throws SQLException {
    return DriverManager.getConnection(url, user, user);
  }
}
