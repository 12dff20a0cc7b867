package dev.aftercommit.consumer;

import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EmployeeChanged.Change;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.inbox.InboxCounts;
import dev.aftercommit.resilience.Outages;
import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/** An inbox, and a table that holds one row per event that took effect. */
final class ConsumerDatabase implements AutoCloseable {

  /** An employee that the database refuses. */
  static final String REFUSED = "refused";

  /** An employee that the handler fails on. */
  static final String BUG = "bug";

  private final FreshDatabase database =
      SharedServers.get().freshDatabase("consumer", "notification_service");
  private final DataSource dataSource = database.dataSource();

  ConsumerDatabase() throws SQLException, IOException {
    execute(script("/db/inbox/V001__inbox.sql"));
    execute(script("/db/inbox/V002__forgotten.sql"));
    execute(script("/db/inbox/V003__gap.sql"));
    execute("CREATE TABLE effect (employee text CHECK (employee <> 'refused'))");
  }

  private static String script(String name) throws IOException {
    try (InputStream sql = ConsumerDatabase.class.getResourceAsStream(name)) {
      return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  BatchTransaction transaction() {
    return new BatchTransaction(dataSource, ConsumerDatabase::apply);
  }

  BatchSettler settler() {
    return settler(ConsumerDatabase::apply);
  }

  BatchSettler settler(EventHandler handler) {
    return new BatchSettler(
        new BatchTransaction(dataSource, handler),
        new ConsumerMetrics(new SimpleMeterRegistry()),
        config(Map.of()),
        new Outages(new SimpleMeterRegistry()));
  }

  static ConsumerConfig config(Map<String, String> settings) {
    return new SmallRyeConfigBuilder()
        .withConverter(Duration.class, 100, new DurationConverter())
        .withMapping(ConsumerConfig.class)
        .withDefaultValues(settings)
        .build()
        .getConfigMapping(ConsumerConfig.class);
  }

  /** Writes the employee of each event. */
  static void apply(Connection connection, List<ReceivedEvent> events) throws SQLException {
    String sql = "INSERT INTO effect (employee) VALUES (?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (ReceivedEvent received : events) {
        String employee = received.event().subjectId();
        if (employee.equals(BUG)) {
          throw new IllegalStateException("a defect of the handler");
        }
        insert.setString(1, employee);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  static RawMessage hired(String employee) {
    EmployeeChanged event =
        new EmployeeChanged(
            employee,
            "Ann",
            null,
            "1",
            new BigDecimal("4000.00"),
            "EUR",
            0,
            Change.HIRED,
            Instant.now());
    return new RawMessage(
        event.type().ceType(), UUID.randomUUID().toString(), EventJson.write(event), false);
  }

  static List<Reading> read(RawMessage... messages) {
    return List.of(messages).stream().map(Reading::of).toList();
  }

  /** The employees whose events took effect, once per effect, sorted. */
  List<String> effects() throws SQLException {
    return column("SELECT employee FROM effect ORDER BY employee");
  }

  /** The reasons of the parked messages. */
  List<String> parked() throws SQLException {
    return column("SELECT reason FROM inbox.parked_message ORDER BY id");
  }

  InboxCounts counts() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return InboxCounts.read(connection);
    }
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      execute(connection, sql);
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  List<String> column(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (row.next()) {
        values.add(row.getString(1));
      }
      return values;
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
