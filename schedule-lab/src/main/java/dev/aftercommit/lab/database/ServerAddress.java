package dev.aftercommit.lab.database;

import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Where PostgreSQL is, and a user who may create databases and cancel statements there.
 *
 * @param host its name
 * @param port its port
 * @param maintenance a database to connect to when there is none yet
 * @param user the user
 * @param password the password
 */
public record ServerAddress(
    String host, int port, String maintenance, String user, String password) {

  /** Where the gates connect to. */
  public InetSocketAddress socket() {
    return new InetSocketAddress(host, port);
  }

  /** A connection past the gates. */
  public Connection connect(String database) throws SQLException {
    return connect(host, port, database, "");
  }

  /**
   * A connection that sends each text as one query, whatever it says.
   *
   * @param options settings of the session, as in {@code -c name=value}
   */
  public Connection connect(String host, int port, String database, String options)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("assumeMinServerVersion", "15");
    if (!options.isEmpty()) {
      properties.setProperty("options", options);
    }
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s".formatted(host, port, database), properties);
  }
}
