package dev.aftercommit.publicids;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the number of an instance and takes its lock. */
final class Registration {

  /** First half of the advisory locks' names: "pids". */
  private static final int LOCK_CLASS = 0x70696473;

  private static final String LOCK_TIMEOUT = "55P03";
  private static final int MAX_ATTEMPTS = 100;

  private final Connection connection;

  Registration(Connection connection) {
    this.connection = connection;
  }

  int named(String name, Duration maxWait) throws SQLException {
    int number = register(name);
    if (!lock(number, maxWait)) {
      throw new InstanceInUseException(
          ("the instance name '%s' (number %d) is in use by %s: give each instance of the service a name of its own, or"
                  + " none, or stop the other one")
              .formatted(name, number, holder(number)));
    }
    return number;
  }

  int anyFree() throws SQLException {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      for (int number : unnamed()) {
        if (tryLock(number)) {
          return number;
        }
      }
      insertUnnamed();
    }
    throw new IllegalStateException(
        "found no free instance number in %d attempts, each taken by another process first"
            .formatted(MAX_ATTEMPTS));
  }

  boolean tryLock(int number) throws SQLException {
    return lockFunction("pg_try_advisory_lock", number);
  }

  void unlock(int number) throws SQLException {
    lockFunction("pg_advisory_unlock", number);
  }

  private boolean lockFunction(String function, int number) throws SQLException {
    try (PreparedStatement call = connection.prepareStatement("SELECT " + function + "(?, ?)")) {
      call.setInt(1, LOCK_CLASS);
      call.setInt(2, number);
      try (ResultSet row = call.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Waits for a process that is just ending; its session outlives it by a moment. */
  private boolean lock(int number, Duration maxWait) throws SQLException {
    try (Statement wait = connection.createStatement()) {
      wait.execute("SET lock_timeout = " + Math.max(1, maxWait.toMillis()));
      wait.execute("SELECT pg_advisory_lock(%d, %d)".formatted(LOCK_CLASS, number));
      return true;
    } catch (SQLException e) {
      if (LOCK_TIMEOUT.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    } finally {
      try (Statement reset = connection.createStatement()) {
        reset.execute("RESET lock_timeout");
      }
    }
  }

  /** Looks before it inserts: an insert that meets a conflict uses up a number too. */
  private int register(String name) throws SQLException {
    Optional<Integer> known = numberOf(name);
    if (known.isPresent()) {
      return known.get();
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO public_ids.instance (name) VALUES (?) ON CONFLICT DO NOTHING")) {
      insert.setString(1, name);
      insert.executeUpdate();
    }
    return numberOf(name).orElseThrow();
  }

  private Optional<Integer> numberOf(String name) throws SQLException {
    try (PreparedStatement find =
        connection.prepareStatement("SELECT number FROM public_ids.instance WHERE name = ?")) {
      find.setString(1, name);
      try (ResultSet row = find.executeQuery()) {
        return row.next() ? Optional.of(row.getInt(1)) : Optional.empty();
      }
    }
  }

  private List<Integer> unnamed() throws SQLException {
    try (PreparedStatement find =
            connection.prepareStatement(
                "SELECT number FROM public_ids.instance WHERE name IS NULL ORDER BY number");
        ResultSet rows = find.executeQuery()) {
      List<Integer> numbers = new ArrayList<>();
      while (rows.next()) {
        numbers.add(rows.getInt(1));
      }
      return numbers;
    }
  }

  private void insertUnnamed() throws SQLException {
    try (Statement insert = connection.createStatement()) {
      insert.executeUpdate("INSERT INTO public_ids.instance DEFAULT VALUES");
    }
  }

  private String holder(int number) throws SQLException {
    try (PreparedStatement find =
        connection.prepareStatement(
            """
            SELECT format('PostgreSQL session %s of %s at %s since %s', pid, application_name,
                          coalesce(host(client_addr), 'this host'), backend_start)
            FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE locktype = 'advisory' AND granted AND classid = ? AND objid = ?
              AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """)) {
      find.setInt(1, LOCK_CLASS);
      find.setInt(2, number);
      try (ResultSet row = find.executeQuery()) {
        return row.next() ? row.getString(1) : "a session that has just ended: start again";
      }
    }
  }
}
