package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.cache.LabRedis;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.scenario.Scenario.Session;
import java.net.URI;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;

/**
 * Leads sessions to the servers of a world, each through its own gates.
 *
 * @param level of transactions that name none
 */
record Connector(ScenarioWorld world, Level level, Controller controller) {

  /** Connects a session that has steps. */
  Links connect(Session session) throws SQLException {
    String name = session.name();
    SqlLink sql =
        new SqlLink(
            () ->
                world
                    .addresses()
                    .postgres()
                    .connect(
                        "127.0.0.1",
                        controller.port(name, Service.POSTGRES),
                        world.database().name(),
                        options()));
    RedisLink redis =
        world.redis() == null
            ? null
            : new RedisLink(() -> world.jedis(controller.port(name, Service.REDIS)));
    QueueLink queue =
        world.hasQueues()
            ? new QueueLink(
                world.rabbit(controller.port(name, Service.RABBITMQ)), session.consumes())
            : null;
    return new Links(sql, redis, queue);
  }

  /** Tells a program where its gates are. */
  Map<String, String> environment(String session) {
    ProgramEnvironment environment =
        new ProgramEnvironment()
            .postgres(
                world.addresses().postgres(),
                controller.port(session, Service.POSTGRES),
                world.database().name(),
                options());
    LabRedis redis = world.redis();
    if (redis != null) {
      environment.redis(redis, controller.port(session, Service.REDIS));
    }
    URI broker = world.addresses().rabbit();
    if (broker != null && world.hasQueues()) {
      environment.rabbit(broker, controller.port(session, Service.RABBITMQ));
    }
    return environment.variables();
  }

  /** The lab ends deadlocks itself. */
  private String options() {
    return "-c default_transaction_isolation=%s -c deadlock_timeout=1h"
        .formatted(level.title().toLowerCase(Locale.ROOT).replace(" ", "\\ "));
  }
}
