package dev.aftercommit.stack.services;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.StackException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the stack that {@code up} runs, in {@code .aftercommit/running.json} for other
 * programs.
 *
 * @param pid the process of {@code up}
 * @param employeeService where employee-service is
 * @param relays where each outbox-relay is
 * @param aggregators where each salary-aggregator is
 * @param notificationService where notification-service is
 * @param databases JDBC URLs with user and password, one per role
 * @param amqp the AMQP URI of RabbitMQ with user and password
 * @param management RabbitMQ's management page; null where it is not served
 * @param redis the URI of Redis
 * @param smtp host and port of the SMTP server
 */
public record RunningStack(
    long pid,
    URI employeeService,
    List<URI> relays,
    List<URI> aggregators,
    URI notificationService,
    List<Database> databases,
    String amqp,
    @Nullable String management,
    String redis,
    String smtp) {

  private static final String FILE = "running.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * A database as one role sees it.
   *
   * @param role the role that connects; for development its password is its name
   * @param jdbcUrl complete, with user and password
   */
  public record Database(String role, String jdbcUrl) {}

  /** Describes a stack that runs in this program. */
  static RunningStack of(Stack stack) {
    return new RunningStack(
        ProcessHandle.current().pid(),
        stack.employeeService().url(),
        stack.relays().stream().map(ServiceProcess::url).toList(),
        stack.aggregators().stream().map(ServiceProcess::url).toList(),
        stack.notificationService().url(),
        List.of(
            database(stack, "employee", "employee_service"),
            database(stack, "employee", "outbox_relay"),
            database(stack, "aggregator", "salary_aggregator"),
            database(stack, "notification", "notification_service")),
        stack.servers().rabbitMq().amqpUri(),
        stack.servers().rabbitMq().managementUrl().orElse(null),
        stack.servers().redis().uri(),
        stack.mail().host() + ":" + stack.mail().port());
  }

  private static Database database(Stack stack, String database, String role) {
    return new Database(
        role,
        "%s?user=%s&password=%s"
            .formatted(stack.servers().postgres().jdbcUrl(database), role, role));
  }

  /**
   * The stack that runs on the data of this repository now.
   *
   * @throws StackException if its file cannot be read
   */
  public static Optional<RunningStack> find(Repository repository) {
    Path file = repository.keptFolder().resolve(FILE);
    if (!Files.exists(file) || !DataFolder.inUse(repository.keptFolder())) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), RunningStack.class));
    } catch (IOException e) {
      throw new StackException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Tells other programs of this repository about the stack. */
  public static RunningStack publish(Repository repository, Stack stack) {
    RunningStack running = of(stack);
    Path file = repository.keptFolder().resolve(FILE);
    try {
      JSON.writeValue(file.toFile(), running);
    } catch (IOException e) {
      throw new StackException("Cannot write " + file + ": " + e.getMessage(), e);
    }
    return running;
  }
}
