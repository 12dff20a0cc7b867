package dev.aftercommit.stack.demo;

import dev.aftercommit.stack.demo.naive.NaiveOutcome;
import dev.aftercommit.stack.demo.naive.NaiveRun;
import dev.aftercommit.stack.rest.Terminal;
import dev.aftercommit.stack.rest.UnexpectedAnswerException;
import dev.aftercommit.stack.servers.ServerKind;
import dev.aftercommit.stack.servers.Servers;
import dev.aftercommit.stack.servers.ServersConfig;
import dev.aftercommit.stack.services.Repository;
import dev.aftercommit.stack.services.Stack;
import dev.aftercommit.stack.services.StackConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code aftercommit demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Starts everything, changes thousands of salaries at once while processes are killed, and"
            + " proves from the database that every department average is exact.",
    footer = {
      "",
      "Exit codes: 0 every promise held, 1 a promise broke, 2 could not run (with the reason)."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class DemoCommand implements Callable<Integer> {

  private static final int BROKEN = 1;
  private static final int COULD_NOT_RUN = 2;
  private static final int RELAYS = 2;
  private static final int AGGREGATORS = 2;

  /** Where the launcher tells how long its build took. */
  private static final String BUILD_SECONDS = "AFTERCOMMIT_BUILD_SECONDS";

  private enum Against {
    compose
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "20",
      description = "How long salaries are changed (${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--employees",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many employees are loaded (${DEFAULT-VALUE}).")
  private int employees;

  @Option(
      names = "--departments",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many departments they are in (${DEFAULT-VALUE}).")
  private int departments;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "16",
      description = "How many clients change salaries at once (${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--drain-seconds",
      paramLabel = "N",
      defaultValue = "120",
      description = "How long every change may take to arrive afterwards (${DEFAULT-VALUE}).")
  private int drainSeconds;

  @Option(names = "--report", paramLabel = "FILE", description = "Writes the result as JSON.")
  private @Nullable Path report;

  @Option(
      names = "--naive",
      description =
          "Runs the wrong pattern instead and shows the damage: publish before the commit, read the"
              + " row when the message arrives, recognise no duplicate, raise by read and write.")
  private boolean naive;

  @Option(
      names = "--against",
      paramLabel = "compose",
      description = "Uses the running compose stack, and kills nothing there.")
  private @Nullable Against against;

  @Option(
      names = "--no-install",
      description = "Refuses, instead of installing, when a server's program is missing.")
  private boolean noInstall;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Screen screen = new Screen(out, Terminal.isInteractive());
    try {
      Report result = naive ? naive(screen) : proper(screen);
      if (report != null) {
        result.write(report);
      }
      return result.holds() ? 0 : BROKEN;
    } catch (SQLException | IOException | TimeoutException | UnexpectedAnswerException e) {
      screen.clearStatus();
      spec.commandLine().getErr().println("demo: could not go on: " + e);
      return COULD_NOT_RUN;
    }
  }

  private Report proper(Screen screen)
      throws SQLException, IOException, TimeoutException, InterruptedException {
    Outcome outcome = against == null ? local(screen) : compose(screen);
    new OutcomePrinter(screen.out(), outcome).print();
    return Report.of(outcome);
  }

  private Report naive(Screen screen)
      throws SQLException, IOException, TimeoutException, InterruptedException {
    Plan plan = plan();
    long begin = System.nanoTime();
    screen.line("Starting servers");
    ServersConfig config =
        ServersConfig.of(ServerKind.POSTGRES, ServerKind.RABBITMQ)
            .withInstall(!noInstall)
            .withProgress(line -> screen.line("  " + line));
    try (Servers servers = Servers.start(config)) {
      screen.line(
          "Raising salaries the wrong way for %d s with %d clients"
              .formatted(plan.run().toSeconds(), plan.clients()));
      NaiveOutcome outcome =
          new NaiveRun(
                  servers,
                  plan.run(),
                  plan.employees(),
                  plan.departments(),
                  plan.clients(),
                  plan.drainLimit())
              .run(begin);
      outcome.print(screen.out());
      return Report.of(outcome, buildSeconds());
    }
  }

  private Outcome local(Screen screen)
      throws SQLException, IOException, TimeoutException, InterruptedException {
    Plan plan = plan();
    long begin = System.nanoTime();
    screen.line("Starting servers and services");
    StackConfig config =
        new StackConfig(
            Repository.find(),
            null,
            RELAYS,
            AGGREGATORS,
            !noInstall,
            false,
            true,
            line -> screen.line("  " + line));
    try (Stack stack = Stack.start(config);
        DemoRun run = new DemoRun(new LocalTarget(stack), plan, screen)) {
      return run.run(buildSeconds(), begin);
    }
  }

  private Outcome compose(Screen screen)
      throws SQLException, IOException, TimeoutException, InterruptedException {
    screen.line("Using the running compose stack");
    try (DemoRun run = new DemoRun(new ComposeTarget(System.getenv()), plan(), screen)) {
      return run.run(buildSeconds(), System.nanoTime());
    }
  }

  private Plan plan() {
    try {
      return new Plan(
          Duration.ofSeconds(seconds),
          employees,
          departments,
          clients,
          Duration.ofSeconds(drainSeconds),
          System.nanoTime());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static double buildSeconds() {
    String text = System.getenv(BUILD_SECONDS);
    return text == null || text.isBlank() ? 0 : Double.parseDouble(text);
  }
}
