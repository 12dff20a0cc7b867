package dev.aftercommit.stack.servers;

import java.util.List;

/** The servers that {@link Servers} can provide. */
public enum ServerKind {
  POSTGRES("PostgreSQL", "AFTERCOMMIT_POSTGRES", List.of("postgres")),
  RABBITMQ(
      "RabbitMQ",
      "AFTERCOMMIT_RABBITMQ",
      List.of("rabbitmq", "rabbitmq-management", "rabbitmq-epmd", "rabbitmq-distribution")),
  REDIS("Redis", "AFTERCOMMIT_REDIS", List.of("redis"));

  private final String title;
  private final String variable;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> ports;

  ServerKind(String title, String variable, List<String> ports) {
    this.title = title;
    this.variable = variable;
    this.ports = ports;
  }

  /** The name that people know it by. */
  public String title() {
    return title;
  }

  /** The names of the ports that one of ours listens on. */
  List<String> ports() {
    return ports;
  }

  /** Environment variable with the address of a server that is there already. */
  public String urlVariable() {
    return variable + "_URL";
  }

  /** Environment variable with the name of the container image to use. */
  public String imageVariable() {
    return variable + "_IMAGE";
  }
}
