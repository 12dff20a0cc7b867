package dev.aftercommit.relay;

import dev.aftercommit.stack.testing.ServersTestResource;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/** A database as the employee service leaves it, connected to as the relay; and a broker. */
public class OutboxSchemaResource extends ServersTestResource {

  @Override
  public void init(Map<String, String> initArgs) {
    Map<String, String> arguments = new HashMap<>(initArgs);
    arguments.put("database", "relay");
    arguments.put("role", "outbox_relay");
    arguments.put("owner", "employee_service");
    arguments.put("rabbitmq", "true");
    super.init(arguments);
  }

  @Override
  public Map<String, String> start() {
    Map<String, String> settings = new HashMap<>(super.start());
    PGSimpleDataSource owner = new PGSimpleDataSource();
    owner.setUrl(settings.get("quarkus.datasource.jdbc.url"));
    owner.setUser("employee_service");
    owner.setPassword("employee_service");
    try {
      OutboxDatabase.applySchema(owner);
    } catch (SQLException e) {
      throw new IllegalStateException("the outbox schema could not be created", e);
    }
    settings.put("test.service.url", owner.getUrl());
    // Tests that take bindings away must not see them come back.
    settings.put("aftercommit.relay.topology-check", "1h");
    return settings;
  }
}
