package dev.aftercommit.stack.testing;

import dev.aftercommit.stack.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A brand-new database that a role owns, as {@code infra/postgres/init.sql} creates them: nobody
 * else may connect, except the relay to the database of the employee service.
 *
 * @param server where it is
 * @param name its name, unique on the server
 * @param owner the role that owns it
 */
public record FreshDatabase(PostgresServer server, String name, String owner)
    implements AutoCloseable {

  private static final String EMPLOYEE_SERVICE = "employee_service";
  private static final String OUTBOX_RELAY = "outbox_relay";

  static FreshDatabase create(PostgresServer server, String name, String owner) {
    FreshDatabase database = new FreshDatabase(server, name, owner);
    database.administer("CREATE DATABASE \"%s\" OWNER \"%s\"".formatted(name, owner));
    database.administer("REVOKE CONNECT ON DATABASE \"%s\" FROM PUBLIC".formatted(name));
    if (owner.equals(EMPLOYEE_SERVICE)) {
      database.administer("GRANT CONNECT ON DATABASE \"%s\" TO %s".formatted(name, OUTBOX_RELAY));
    }
    return database;
  }

  /** The JDBC URL, without user and password. */
  public String jdbcUrl() {
    return server.jdbcUrl(name);
  }

  /** Unpooled connections of the owner. */
  public DataSource dataSource() {
    return dataSource(owner);
  }

  /** Unpooled connections of another role of {@code init.sql}; its password is its name. */
  public DataSource dataSource(String role) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl());
    source.setUser(role);
    source.setPassword(role);
    return source;
  }

  /** Drops the database, also under open connections. */
  @Override
  public void close() {
    administer("DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)".formatted(name));
  }

  private void administer(String sql) {
    try (Connection connection = server.connectAsSuperuser(server.maintenanceDatabase());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot run '" + sql + "': " + e.getMessage(), e);
    }
  }
}
