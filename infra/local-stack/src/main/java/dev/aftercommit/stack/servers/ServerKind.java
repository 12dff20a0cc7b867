package dev.aftercommit.stack.servers;

/** The servers that {@link Servers} can provide. */
public enum ServerKind {
  POSTGRES("PostgreSQL", "AFTERCOMMIT_POSTGRES"),
  RABBITMQ("RabbitMQ", "AFTERCOMMIT_RABBITMQ"),
  REDIS("Redis", "AFTERCOMMIT_REDIS");

  private final String title;
  private final String variable;

  ServerKind(String title, String variable) {
    this.title = title;
    this.variable = variable;
  }

  /** The name that people know it by. */
  public String title() {
    return title;
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
