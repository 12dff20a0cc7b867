package dev.aftercommit.benchmarks.schedules;

import dev.aftercommit.lab.database.LabDatabase;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.scenario.ScenarioParser;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.stack.StackAddresses;
import dev.aftercommit.stack.measure.Hardware;
import dev.aftercommit.stack.process.StackException;
import dev.aftercommit.stack.servers.ServerKind;
import dev.aftercommit.stack.servers.Servers;
import dev.aftercommit.stack.servers.ServersConfig;
import java.io.IOException;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast the lab runs schedules, alone and beside PostgreSQL's isolationtester. */
@Command(
    name = "benchmarks/run schedules",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description =
        "Measures schedules per second of the lab, permutations per second beside PostgreSQL's"
            + " isolationtester, the start of the command line, and what reduction saves; prints one"
            + " line of JSON per run and the medians.")
final class ScheduleSpeed implements Callable<Integer> {

  private static final int OK = 0;
  private static final int SLOW = 1;
  private static final int COULD_NOT_RUN = 2;
  private static final Duration WARM_UP = Duration.ofSeconds(4);
  private static final Budget EVERY_ORDER =
      new Budget(20_000, Duration.ofSeconds(60), Budget.ALL, Duration.ofSeconds(60));
  private static final List<String> PERMUTED =
      List.of("lost-update", "foreign-key", "read-skew", "skip-locked");

  @Option(
      names = "--runs",
      defaultValue = "3",
      description = "How often each is measured (default ${DEFAULT-VALUE}).")
  private int runs = 3;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "How long schedules are run each time (default ${DEFAULT-VALUE}).")
  private int seconds = 5;

  @Option(names = "--no-reduction", description = "Leaves out what reduction saves.")
  private boolean withoutReduction;

  public static void main(String[] args) {
    System.exit(new CommandLine(new ScheduleSpeed()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    System.err.println(Hardware.describe());
    try (Servers servers =
        Servers.start(
            ServersConfig.of(ServerKind.POSTGRES, ServerKind.REDIS, ServerKind.RABBITMQ)
                .asScratch())) {
      ServerAddress server = StackAddresses.of(servers.postgres());
      Map<String, String> settings = settings(server);
      System.err.println("settings of the lab's databases: " + settings);
      Results results = new Results(settings);
      Addresses all =
          new Addresses(
              server, StackAddresses.of(servers.redis()), URI.create(servers.rabbitMq().amqpUri()));
      everyOrder(Goal.TWO_BY_FOUR, "two-by-four", all, results);
      everyOrder(Goal.READ_THROUGH, "read-through", all, results);
      everyOrder(Goal.PUBLISH_AND_DELIVER, "publish-and-deliver", all, results);
      lostUpdate(server, results);
      commandLine(server, results);
      Optional<Isolationtester> tester = Isolationtester.find();
      if (tester.isPresent()) {
        permutations(tester.get(), server, results);
      }
      System.err.printf("%nmedians of %d runs%n", runs);
      boolean reached = results.goals();
      if (tester.isPresent()) {
        reached &= results.besideIsolationtester(PERMUTED);
      } else {
        System.err.printf(
            "PostgreSQL's isolationtester was not found; install %s%n", Isolationtester.PACKAGE);
      }
      if (!withoutReduction) {
        Reduction.print(server);
      }
      return reached ? OK : SLOW;
    } catch (SQLException | IOException | StackException | IllegalStateException e) {
      System.err.println("schedules: " + e.getMessage());
      return COULD_NOT_RUN;
    }
  }

  private void everyOrder(Goal goal, String spec, Addresses addresses, Results results)
      throws SQLException, InterruptedException {
    Scenario scenario = ScenarioParser.parse(spec, Specs.text(spec));
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, addresses)) {
      everyOrder(experiment, goal, 0, WARM_UP);
      for (int run = 1; run <= runs; run++) {
        results.add(everyOrder(experiment, goal, run, Duration.ofSeconds(seconds)));
      }
    }
  }

  /** Runs every order again and again until the time is over. */
  private static Figure everyOrder(
      ScenarioExperiment experiment, Goal goal, int run, Duration atLeast)
      throws SQLException, InterruptedException {
    int schedules = 0;
    Duration time = Duration.ZERO;
    while (time.compareTo(atLeast) < 0) {
      Exploration all = Explorer.explore(experiment, null, EVERY_ORDER, (done, bad, rate) -> {});
      schedules += all.runs();
      time = time.plus(all.time());
    }
    return new Figure(goal.name(), run, schedules, time.toNanos() / 1e9);
  }

  private void lostUpdate(ServerAddress server, Results results)
      throws SQLException, InterruptedException {
    Scenario scenario = ScenarioParser.parse("lost-update-2x3", Specs.text("lost-update-2x3"));
    for (int run = 1; run <= runs; run++) {
      long begin = System.nanoTime();
      try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, server)) {
        Exploration all = Explorer.explore(experiment, null, EVERY_ORDER, (done, bad, rate) -> {});
        double took = (System.nanoTime() - begin) / 1e9;
        results.add(new Figure(Goal.LOST_UPDATE.name(), run, all.schedules(), took));
      }
    }
  }

  private void commandLine(ServerAddress server, Results results)
      throws IOException, InterruptedException {
    for (int run = 1; run <= runs; run++) {
      double running = CommandLineStart.secondsOn(server);
      results.add(new Figure(Goal.COMMAND_LINE.name(), run, 1, running));
      double own = CommandLineStart.secondsWithItsServer();
      results.add(new Figure(Goal.COMMAND_LINE_AND_SERVER.name(), run, 1, own));
    }
  }

  private void permutations(Isolationtester tester, ServerAddress server, Results results)
      throws SQLException, IOException, InterruptedException {
    for (String spec : PERMUTED) {
      try (Permutations permutations = Permutations.of(spec, server)) {
        permutations.runHere(server);
        for (int run = 1; run <= runs; run++) {
          double here = permutations.runHere(server);
          results.add(new Figure("lab " + spec, run, permutations.count(), here));
          double there = permutations.runBy(tester, server);
          results.add(new Figure("isolationtester " + spec, run, permutations.count(), there));
        }
      }
    }
  }

  private static Map<String, String> settings(ServerAddress server) throws SQLException {
    Map<String, String> settings = new LinkedHashMap<>();
    try (LabDatabase database = LabDatabase.create(server);
        Statement statement = database.control().createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes',"
                    + " 'jit', 'synchronous_commit', 'server_version') ORDER BY name")) {
      while (rows.next()) {
        settings.put(rows.getString(1), rows.getString(2));
      }
    }
    return settings;
  }
}
