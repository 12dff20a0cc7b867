package dev.aftercommit.lab.junit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Keeps the connections of an actor: opening one takes longer than a schedule. A connection that is
 * given back rolls back what it has open, which is a step like any other.
 */
public final class ActorDataSource extends PGSimpleDataSource {

  private static final long serialVersionUID = 1L;

  private final transient BooleanSupplier killed;
  private final transient Deque<Connection> free = new ArrayDeque<>();
  private final transient List<Connection> all = new ArrayList<>();

  /**
   * Connects to nothing yet.
   *
   * @param killed whether the actor's process is dead, and must not connect any more
   */
  public ActorDataSource(BooleanSupplier killed) {
    this.killed = killed;
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (killed.getAsBoolean()) {
      throw new SQLException("the lab killed this process: it connects no more", "08001");
    }
    Connection physical;
    synchronized (free) {
      physical = free.poll();
    }
    if (physical == null) {
      physical = super.getConnection();
      synchronized (free) {
        all.add(physical);
      }
    }
    return lent(physical);
  }

  private Connection lent(Connection physical) {
    return (Connection)
        Proxy.newProxyInstance(
            ActorDataSource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                giveBack(physical);
                return null;
              }
              try {
                return method.invoke(physical, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  private void giveBack(Connection physical) {
    try {
      if (!physical.getAutoCommit()) {
        physical.rollback();
        physical.setAutoCommit(true);
      }
      physical.setReadOnly(false);
    } catch (SQLException e) {
      drop(physical);
      return;
    }
    synchronized (free) {
      if (all.contains(physical) && !free.contains(physical)) {
        free.add(physical);
      }
    }
  }

  /** As a pool does with a connection that broke. */
  private void drop(Connection physical) {
    synchronized (free) {
      free.remove(physical);
      all.remove(physical);
    }
    try {
      physical.close();
    } catch (SQLException e) {
      // It is broken already.
    }
  }

  /** Takes back what an actor has not closed, and makes the sessions as new; past the gate. */
  public void reset() {
    List<Connection> known;
    synchronized (free) {
      known = List.copyOf(all);
    }
    for (Connection physical : known) {
      giveBack(physical);
      try (Statement statement = physical.createStatement()) {
        statement.execute("RESET ALL; SELECT pg_advisory_unlock_all()");
      } catch (SQLException e) {
        drop(physical);
      }
    }
  }

  /** Closes all of them. */
  public void close() {
    List<Connection> known;
    synchronized (free) {
      known = List.copyOf(all);
    }
    known.forEach(this::drop);
  }
}
