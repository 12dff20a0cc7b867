package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.audit.Audit;
import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Comparison;
import dev.aftercommit.stack.servers.Servers;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs every order beside the reduced search and compares how they end. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description =
        "Runs the scenarios and generated programs in every order and in the orders that the reduction leaves, and compares their ends.",
    footer = {"", "Exit code 1: an end was lost; 4: the budget ended a search."})
final class AuditCommand implements Callable<Integer> {

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the first generated program (default: ${DEFAULT-VALUE}).")
  private int seed;

  @Option(
      names = "--programs",
      paramLabel = "N",
      defaultValue = "40",
      description = "How many programs to generate (default: ${DEFAULT-VALUE}).")
  private int programs;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Schedules of one search at most (default: ${DEFAULT-VALUE}).")
  private int max;

  @Mixin private ServerOption server = new ServerOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws SQLException, InterruptedException {
    Budget budget = new Budget(max, Duration.ofMinutes(5), Budget.ALL, Duration.ofMinutes(5));
    List<Scenario> scenarios = new ArrayList<>(Audit.catalogue());
    // A step that waits and is woken can make a few schedules more than the steps have orders.
    scenarios.addAll(Audit.programs(seed, programs, Math.max(252, max / 2)));
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-28s %-15s  %9s  %9s  %6s%n", "SCENARIO", "LEVEL", "EVERY", "REDUCED", "FACTOR");
    Map<Comparison.Kind, Integer> counts = new EnumMap<>(Comparison.Kind.class);
    try (Servers servers = server.startAll()) {
      Addresses address = ServerOption.addresses(servers);
      for (Scenario scenario : scenarios) {
        Comparison comparison = Audit.compare(scenario, address, budget);
        counts.merge(comparison.kind(), 1, Integer::sum);
        print(out, scenario, comparison);
      }
    }
    return sumUp(out, counts);
  }

  private static void print(PrintWriter out, Scenario scenario, Comparison comparison) {
    out.printf("%-28s %-15s  ", scenario.name(), scenario.level().title());
    switch (comparison.kind()) {
      case SAME, LOST ->
          out.printf(
              "%,9d  %,9d  %5.1fx%n",
              comparison.every(), comparison.reduced(), comparison.factor());
      case NOT_REDUCED -> out.println("every order is run anyway");
      case NOT_EXHAUSTED -> out.println("not compared: the budget ended a search");
    }
    comparison.lost().forEach(end -> out.println("  only one of them: " + end));
    if (comparison.kind() == Comparison.Kind.LOST) {
      out.println(scenario.text());
    }
    out.flush();
  }

  private static int sumUp(PrintWriter out, Map<Comparison.Kind, Integer> counts) {
    int lost = counts.getOrDefault(Comparison.Kind.LOST, 0);
    int notExhausted = counts.getOrDefault(Comparison.Kind.NOT_EXHAUSTED, 0);
    out.printf(
        "%n%d end in the same ways, %d do not, %d are not reduced, %d were not compared.%n",
        counts.getOrDefault(Comparison.Kind.SAME, 0),
        lost,
        counts.getOrDefault(Comparison.Kind.NOT_REDUCED, 0),
        notExhausted);
    out.flush();
    if (lost > 0) {
      return LabCommand.FAILS;
    }
    return notExhausted > 0 ? LabCommand.BUDGET : LabCommand.HOLDS;
  }
}
