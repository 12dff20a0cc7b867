package dev.aftercommit.stack.services;

import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.servers.RabbitMqServer;
import dev.aftercommit.stack.servers.RedisServer;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Gives each service its jar, port, database role, broker and Java machine. */
final class ServiceFactory {

  /** One collector thread and a small heap: seven machines share few cores. */
  private static final List<String> JVM_OPTIONS =
      List.of("-XX:+UseSerialGC", "-Xmx256m", "-Xshare:auto");

  /**
   * Stops at the first of the two compilers: half the CPU time of a run that is over in a minute.
   */
  private static final String COMPILE_ONCE = "-XX:TieredStopAtLevel=1";

  /** The names of the services, of their ports, and of the port of the SMTP server. */
  static final String EMPLOYEE_SERVICE = "employee-service";

  static final String RELAY = "outbox-relay";
  static final String AGGREGATOR = "salary-aggregator";
  static final String NOTIFICATION_SERVICE = "notification-service";
  static final String SMTP = "smtp";

  private final Repository repository;
  private final List<String> jvmOptions;
  private final DataFolder data;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  ServiceFactory(Repository repository, DataFolder data, boolean brief) {
    this.repository = repository;
    this.jvmOptions =
        brief ? Stream.concat(JVM_OPTIONS.stream(), Stream.of(COMPILE_ONCE)).toList() : JVM_OPTIONS;
    this.data = data;
  }

  ServiceProcess employeeService(
      PostgresServer postgres, RabbitMqServer rabbitMq, RedisServer redis) {
    Map<String, String> settings = database(postgres, "employee", "employee_service");
    settings.putAll(broker(rabbitMq));
    settings.put("AFTERCOMMIT_CACHE_REDIS", redis.uri());
    return service(EMPLOYEE_SERVICE, 0, 8081, settings);
  }

  ServiceProcess relay(
      int index, PostgresServer postgres, RabbitMqServer rabbitMq, Map<String, String> more) {
    Map<String, String> settings = database(postgres, "employee", "outbox_relay");
    settings.putAll(broker(rabbitMq));
    settings.putAll(more);
    return service(RELAY, index, 8082, settings);
  }

  ServiceProcess aggregator(int index, PostgresServer postgres, RabbitMqServer rabbitMq) {
    Map<String, String> settings = database(postgres, "aggregator", "salary_aggregator");
    settings.putAll(broker(rabbitMq));
    return service(AGGREGATOR, index, 8083, settings);
  }

  ServiceProcess notificationService(
      PostgresServer postgres, RabbitMqServer rabbitMq, MailServer mail) {
    Map<String, String> settings = database(postgres, "notification", "notification_service");
    settings.putAll(broker(rabbitMq));
    settings.put("QUARKUS_MAILER_HOST", mail.host());
    settings.put("QUARKUS_MAILER_PORT", Integer.toString(mail.port()));
    return service(NOTIFICATION_SERVICE, 0, 8084, settings);
  }

  /**
   * The first instance gets the preferred port when the data are kept: people learn such addresses.
   */
  private ServiceProcess service(
      String module, int index, int preferredPort, Map<String, String> settings) {
    String name = nameOf(module, index);
    int preferred = data.isKept() && index == 0 ? preferredPort : 0;
    return new ServiceProcess(
        name,
        repository.serviceJar(module),
        data.ports().port(name, preferred),
        jvmOptions,
        settings,
        data,
        http);
  }

  /** The name of an instance, which is also the name of its port. */
  static String nameOf(String module, int index) {
    return index == 0 ? module : module + "-" + (index + 1);
  }

  MailServer mailServer() {
    return MailServer.start(data.ports().port(SMTP, data.isKept() ? 1025 : 0));
  }

  private static Map<String, String> database(
      PostgresServer postgres, String database, String role) {
    Map<String, String> settings = new HashMap<>();
    settings.put("QUARKUS_DATASOURCE_JDBC_URL", postgres.jdbcUrl(database));
    settings.put("QUARKUS_DATASOURCE_USERNAME", role);
    settings.put("QUARKUS_DATASOURCE_PASSWORD", role);
    return settings;
  }

  private static Map<String, String> broker(RabbitMqServer rabbitMq) {
    return Map.of(
        "RABBITMQ_HOST", rabbitMq.host(),
        "RABBITMQ_PORT", Integer.toString(rabbitMq.port()),
        "RABBITMQ_USERNAME", rabbitMq.username(),
        "RABBITMQ_PASSWORD", rabbitMq.password(),
        "RABBITMQ_VIRTUAL_HOST", rabbitMq.virtualHost());
  }
}
