package dev.aftercommit.stack.cli;

import dev.aftercommit.stack.services.Repository;
import dev.aftercommit.stack.services.RunningStack;
import dev.aftercommit.stack.services.Stack;
import dev.aftercommit.stack.services.StackConfig;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts servers and services and leaves them running until Ctrl-C. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Starts servers and services, prints their addresses and leaves them running until Ctrl-C.",
      "Data stays in .aftercommit/ of the repository; 'aftercommit reset' removes it."
    })
final class UpCommand implements Callable<Integer> {

  @Option(
      names = "--relays",
      paramLabel = "N",
      defaultValue = "2",
      description = "Instances of outbox-relay (${DEFAULT-VALUE}).")
  private int relays = 2;

  @Option(
      names = "--aggregators",
      paramLabel = "N",
      defaultValue = "2",
      description = "Instances of salary-aggregator (${DEFAULT-VALUE}).")
  private int aggregators = 2;

  @Option(
      names = "--no-install",
      negatable = false,
      description = "Refuse, instead of installing, when a server's program is missing.")
  private boolean noInstall;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Repository repository = Repository.find();
    Optional<RunningStack> other = RunningStack.find(repository);
    if (other.isPresent()) {
      spec.commandLine()
          .getErr()
          .printf(
              "aftercommit: already up, as process %d: employee-service at %s%n",
              other.get().pid(), other.get().employeeService());
      return Main.COULD_NOT_RUN;
    }
    StackConfig config =
        new StackConfig(
            repository,
            repository.keptFolder(),
            relays,
            aggregators,
            !noInstall,
            true,
            false,
            line -> {
              out.println("  " + line);
              out.flush();
            });
    try (Stack stack = Stack.start(config)) {
      print(out, RunningStack.publish(repository, stack), stack);
      // Ctrl-C ends the program; the stack stops in its shutdown hook.
      new CountDownLatch(1).await();
    }
    return 0;
  }

  private static void print(PrintWriter out, RunningStack running, Stack stack) {
    out.println();
    service(out, "employee-service", running.employeeService());
    services(out, "outbox-relay", running.relays());
    services(out, "salary-aggregator", running.aggregators());
    service(out, "notification-service", running.notificationService());
    for (RunningStack.Database database : running.databases()) {
      line(out, "PostgreSQL " + database.role(), database.jdbcUrl());
    }
    line(out, "RabbitMQ", running.amqp());
    if (running.management() != null) {
      line(out, "RabbitMQ management", running.management());
    }
    line(out, "Redis", running.redis());
    line(out, "SMTP", running.smtp());
    line(out, "logs", stack.logs().toString());
    out.println();
    out.println("Ctrl-C stops all of this; the data stays for the next time.");
    out.flush();
  }

  private static void services(PrintWriter out, String name, List<URI> urls) {
    urls.forEach(url -> service(out, name, url));
  }

  private static void service(PrintWriter out, String name, URI url) {
    line(out, name, url + "   OpenAPI " + url.resolve("/q/swagger-ui"));
  }

  private static void line(PrintWriter out, String name, String address) {
    out.printf("%-32s %s%n", name, address);
  }
}
