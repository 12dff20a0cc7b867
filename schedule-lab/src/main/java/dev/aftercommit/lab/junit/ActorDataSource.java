package dev.aftercommit.lab.junit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Keeps the connections of an actor: opening one takes longer than a schedule. A connection that is
 * given back rolls back what it has open, which is a step like any other.
 */
final class ActorDataSource extends PGSimpleDataSource {

  private static final long serialVersionUID = 1L;

  private final transient Deque<Connection> free = new ArrayDeque<>();
  private final transient List<Connection> all = new ArrayList<>();

  @Override
  public Connection getConnection() throws SQLException {
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

  private void giveBack(Connection physical) throws SQLException {
    if (!physical.getAutoCommit()) {
      physical.rollback();
      physical.setAutoCommit(true);
    }
    synchronized (free) {
      if (!free.contains(physical)) {
        free.add(physical);
      }
    }
  }

  /** Takes back what an actor has not closed; past the gate. */
  void reset() throws SQLException {
    List<Connection> lent;
    synchronized (free) {
      lent = List.copyOf(all);
    }
    for (Connection physical : lent) {
      if (!physical.isClosed()) {
        giveBack(physical);
      }
    }
  }

  void close() throws SQLException {
    for (Connection physical : all) {
      physical.close();
    }
  }
}
