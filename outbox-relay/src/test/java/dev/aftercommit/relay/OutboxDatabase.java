package dev.aftercommit.relay;

import dev.aftercommit.outbox.OutboxAppender;
import dev.aftercommit.outbox.OutboxEvent;
import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

/** A new database with the outbox schema, and the ways to append that tests need. */
public final class OutboxDatabase implements AutoCloseable {

  private final FreshDatabase database =
      SharedServers.get().freshDatabase("relay", "employee_service");
  private final DataSource asService = database.dataSource();
  private final DataSource asRelay = database.dataSource("outbox_relay");

  public OutboxDatabase() throws SQLException {
    applySchema(asService);
  }

  /** Creates the outbox schema the way the employee service does. */
  static void applySchema(DataSource owner) throws SQLException {
    try (InputStream script = OutboxEvent.class.getResourceAsStream("/db/outbox/V001__outbox.sql");
        Connection connection = owner.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects as the relay's role, with no more than its rights. */
  public DataSource asRelay() {
    return asRelay;
  }

  /** A transaction of a service, open until the caller ends it. */
  public Connection begin() throws SQLException {
    Connection connection = asService.getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  /** Commits one event in a transaction of its own. */
  public OutboxEvent commitEvent(String key, String data) throws SQLException {
    OutboxEvent event = event(key, data);
    try (Connection connection = begin()) {
      OutboxAppender.append(connection, List.of(event));
      connection.commit();
    }
    return event;
  }

  public long count(String sql) throws SQLException {
    try (Connection connection = asService.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Runs SQL as the owner of the schema. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = asService.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  public static OutboxEvent event(String key, String data) {
    return event(key, "employee.salary-changed", data);
  }

  public static OutboxEvent event(String key, String topic, String data) {
    return new OutboxEvent(
        OutboxEvent.newId(),
        key,
        topic,
        "dev.aftercommit.employee.changed.v1",
        "/employee-service",
        "urn:aftercommit:schema:dev.aftercommit.employee.changed.v1",
        Instant.now(),
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        data.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    database.close();
  }
}
