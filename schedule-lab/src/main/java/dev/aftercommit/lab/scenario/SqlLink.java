package dev.aftercommit.lab.scenario;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

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

  /** The id of the server's process. */
  int backend() throws SQLException {
    return connection.unwrap(PGConnection.class).getBackendPID();
  }

  /** What has come from the channels that the session listens to, each one once. */
  List<PGNotification> notifications() throws SQLException {
    return connection.isClosed()
        ? List.of()
        : List.of(connection.unwrap(PGConnection.class).getNotifications());
  }

  /** What the server remarked on the statement so far. */
  static List<ServerErrorMessage> notices(Statement statement) throws SQLException {
    List<ServerErrorMessage> notices = new ArrayList<>();
    for (SQLWarning warning = statement.getWarnings();
        warning != null;
        warning = warning.getNextWarning()) {
      if (warning instanceof PSQLWarning notice) {
        notices.add(notice.getServerErrorMessage());
      }
    }
    return notices;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
