package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.Lifecycle;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/** A PostgreSQL server with the databases and roles of {@code infra/postgres/init.sql}. */
public final class PostgresServer extends Server {

  private final Coordinates coordinates;

  /** Where it listens and who its superuser is. */
  record Coordinates(String host, int port, String database, String user, String password) {}

  PostgresServer(Coordinates coordinates, Lifecycle lifecycle, Duration startLimit) {
    super(ServerKind.POSTGRES, lifecycle, startLimit);
    this.coordinates = coordinates;
  }

  @Override
  public String host() {
    return coordinates.host();
  }

  @Override
  public int port() {
    return coordinates.port();
  }

  /** A superuser of the server. */
  public String superuser() {
    return coordinates.user();
  }

  /** The password of {@link #superuser}. */
  public String superuserPassword() {
    return coordinates.password();
  }

  /** The database that a superuser connects to when none is named. */
  public String maintenanceDatabase() {
    return coordinates.database();
  }

  /** The JDBC URL of a database, without user and password. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s".formatted(host(), port(), database);
  }

  /** A new connection of the superuser to the database. */
  public Connection connectAsSuperuser(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), superuser(), superuserPassword());
  }

  @Override
  void probe() throws SQLException {
    try (Connection connection = connectAsSuperuser(maintenanceDatabase());
        var statement = connection.createStatement()) {
      statement.execute("SELECT 1");
    }
  }
}
