package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.stack.StackAddresses;
import dev.aftercommit.stack.servers.RabbitMqServer;
import dev.aftercommit.stack.servers.ServerKind;
import dev.aftercommit.stack.servers.Servers;
import dev.aftercommit.stack.servers.ServersConfig;
import java.net.URI;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** Which servers the lab uses. */
final class ServerOption {

  @Option(
      names = "--postgres",
      paramLabel = "URL",
      description =
          "A server to use instead of an own one, as postgresql://USER:PASSWORD@HOST:PORT/DATABASE. The lab"
              + " creates a database there and drops it; USER must be a superuser.")
  private String postgresUrl = "";

  @Option(
      names = "--redis",
      paramLabel = "URL",
      description =
          "A Redis to use instead of an own one, as redis://:PASSWORD@HOST:PORT. The lab takes an empty index of"
              + " it and empties it again.")
  private String redisUrl = "";

  @Option(
      names = "--rabbitmq",
      paramLabel = "URL",
      description =
          "A RabbitMQ to use instead of an own one, as amqp://USER:PASSWORD@HOST:PORT/VHOST. The lab declares the"
              + " scenario's queues there and deletes them.")
  private String rabbitUrl = "";

  @Option(
      names = "--rabbitmq-management",
      paramLabel = "URL",
      description =
          "The management API of --rabbitmq, as http://HOST:15672, with the same user. The lab makes a virtual"
              + " host there for each lane but the first, and removes it; nothing else needs it.")
  private String rabbitManagementUrl = "";

  /** Starts or finds the servers that a scenario needs; closing them stops what was started. */
  Servers startFor(Scenario scenario) {
    return startFor(scenario, 1);
  }

  /** The same for a scenario that runs in several lanes. */
  Servers startFor(Scenario scenario, int lanes) {
    ServersConfig config = config(kinds(scenario));
    boolean needsHosts = lanes > 1 && scenario.usesQueues();
    return Servers.start(needsHosts ? config.withManagement() : config);
  }

  /** The same for any scenario. */
  Servers startAll() {
    return Servers.start(config(EnumSet.allOf(ServerKind.class)));
  }

  private static Set<ServerKind> kinds(Scenario scenario) {
    Set<ServerKind> kinds = EnumSet.of(ServerKind.POSTGRES);
    if (scenario.usesRedis()) {
      kinds.add(ServerKind.REDIS);
    }
    if (scenario.usesQueues()) {
      kinds.add(ServerKind.RABBITMQ);
    }
    return kinds;
  }

  private ServersConfig config(Set<ServerKind> kinds) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    Map<String, String> given =
        Map.of(
            ServerKind.POSTGRES.urlVariable(),
            postgresUrl,
            ServerKind.REDIS.urlVariable(),
            redisUrl,
            ServerKind.RABBITMQ.urlVariable(),
            rabbitUrl,
            RabbitMqServer.MANAGEMENT_URL_VARIABLE,
            rabbitManagementUrl);
    given.forEach(
        (variable, url) -> {
          if (!url.isEmpty()) {
            environment.put(variable, url);
          }
        });
    return ServersConfig.of(ServerKind.POSTGRES, kinds.toArray(ServerKind[]::new))
        .withEnvironment(environment)
        .asScratch();
  }

  /** Where the servers are that were started for a scenario. */
  static Addresses addresses(Servers servers, Scenario scenario) {
    return addresses(servers, kinds(scenario));
  }

  /** Where all servers are. */
  static Addresses addresses(Servers servers) {
    return addresses(servers, EnumSet.allOf(ServerKind.class));
  }

  private static Addresses addresses(Servers servers, Set<ServerKind> kinds) {
    RabbitMqServer rabbit = kinds.contains(ServerKind.RABBITMQ) ? servers.rabbitMq() : null;
    return new Addresses(
        StackAddresses.of(servers.postgres()),
        kinds.contains(ServerKind.REDIS) ? StackAddresses.of(servers.redis()) : null,
        rabbit == null ? null : URI.create(rabbit.amqpUri()),
        rabbit == null ? null : rabbit.managementUrl().map(URI::create).orElse(null));
  }
}
