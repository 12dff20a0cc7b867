package dev.aftercommit.publicids;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One process that draws ids, with a number of its own. It keeps one connection: a session-level
 * advisory lock on it says that the number is taken, and PostgreSQL lets go of it when the process
 * ends, however it ends. Blocks are handed out over the same connection, in auto-commit mode.
 *
 * <p>The lock keeps two processes from sharing a name by mistake. That no id is handed out twice
 * does not rest on it: two processes with one number would draw from one row, each block once.
 */
public final class Instance implements IdBlocks, AutoCloseable {

  private static final String ADVANCE =
      """
      UPDATE public_ids.instance SET next_sequence = next_sequence + ?
      WHERE number = ? RETURNING next_sequence
      """;

  private static final int VALIDATION_SECONDS = 5;

  private final DataSource dataSource;
  private final int number;
  private final int blockSize;
  private final ReentrantLock use = new ReentrantLock();
  private Connection connection;

  private Instance(DataSource dataSource, Connection connection, int number, int blockSize) {
    this.dataSource = dataSource;
    this.connection = connection;
    this.number = number;
    this.blockSize = blockSize;
  }

  /**
   * Takes the number that belongs to a name, or any that belongs to none and is free; registers a
   * new one if there is none. Call it outside any transaction that the data source would join.
   *
   * @param dataSource gives connections that stay the session of one PostgreSQL backend: no
   *     transaction-level pooler between
   * @param key compared with the one that the database's ids were given out under
   * @param name null: any free number
   * @param blockSize keys per block
   * @param maxWait how long to wait for a process of the same name to end, at least 1 ms
   * @throws InstanceInUseException when it does not
   * @throws IllegalStateException when the database's ids were given out under another key
   */
  public static Instance start(
      DataSource dataSource, IdKey key, @Nullable String name, int blockSize, Duration maxWait)
      throws SQLException {
    Connection connection = connect(dataSource);
    try {
      KeyCheck.check(connection, key);
      Registration registration = new Registration(connection);
      int number = name == null ? registration.anyFree() : registration.named(name, maxWait);
      return new Instance(dataSource, connection, number, blockSize);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** This instance's part of every key, from 1. */
  public int number() {
    return number;
  }

  @Override
  public IdBlock next() throws SQLException {
    use.lock();
    try {
      if (!connection.isValid(VALIDATION_SECONDS)) {
        reconnect();
      }
      return advance();
    } finally {
      use.unlock();
    }
  }

  private IdBlock advance() throws SQLException {
    try (PreparedStatement advance = connection.prepareStatement(ADVANCE)) {
      advance.setInt(1, blockSize);
      advance.setInt(2, number);
      try (ResultSet row = advance.executeQuery()) {
        if (!row.next()) {
          throw new SQLException(
              "instance %d is not in public_ids.instance any more: was the database replaced?"
                  .formatted(number));
        }
        long end = row.getLong(1);
        long first = IdLayout.key(number, end - blockSize);
        return new IdBlock(first, first + blockSize);
      }
    }
  }

  /**
   * Takes the lock again if it is free. If it is not, the old session lives on at the server, or
   * somebody with this name was started meanwhile; ids stay unique either way.
   */
  private void reconnect() throws SQLException {
    Connection lost = connection;
    connection = connect(dataSource);
    abandon(lost);
    new Registration(connection).tryLock(number);
  }

  /** Not only closed: a pool would hand the broken connection to somebody else. */
  private static void abandon(Connection lost) throws SQLException {
    try {
      lost.abort(Runnable::run);
    } finally {
      lost.close();
    }
  }

  private static Connection connect(DataSource dataSource) throws SQLException {
    Connection connection = dataSource.getConnection();
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      // a host that vanished without a word gives its name back after half a minute
      statement.execute(
          "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3");
    }
    return connection;
  }

  /** Gives the number back. */
  @Override
  public void close() throws SQLException {
    use.lock();
    try {
      if (!connection.isClosed()) {
        new Registration(connection).unlock(number);
        connection.close();
      }
    } finally {
      use.unlock();
    }
  }
}
