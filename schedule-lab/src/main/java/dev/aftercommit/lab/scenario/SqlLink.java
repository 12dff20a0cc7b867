package dev.aftercommit.lab.scenario;

import java.sql.Connection;
import java.sql.SQLException;

/** A session's connection to the database; a new one when the last one was lost. */
final class SqlLink implements AutoCloseable {

  /** Opens a connection through the session's gate. */
  @FunctionalInterface
  interface Opener {
    Connection open() throws SQLException;
  }

  private final Opener opener;
  private Connection connection;

  SqlLink(Opener opener) throws SQLException {
    this.opener = opener;
    this.connection = opener.open();
  }

  Connection connection() throws SQLException {
    if (connection.isClosed()) {
      connection = opener.open();
    }
    return connection;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
