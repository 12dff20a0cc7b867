package dev.aftercommit.lab.catalogue;

import dev.aftercommit.lab.report.Format;
import dev.aftercommit.lab.report.Replay;
import dev.aftercommit.lab.report.Report;
import dev.aftercommit.lab.report.TextReport;
import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.scenario.Library.Anomaly;
import dev.aftercommit.lab.scenario.Library.Entry;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Token;
import dev.aftercommit.lab.search.Verdict;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One anomaly: why, its wrong versions with a schedule that fails, its right ones, the verdicts.
 */
final class AnomalyPage {

  /** The first failure is wanted, however long the machine takes. */
  private static final Budget FIRST_FAILURE =
      new Budget(20_000, Duration.ofMinutes(5), Budget.ALL, Duration.ZERO);

  private final Anomaly anomaly;
  private final Addresses server;
  private final StringBuilder out = new StringBuilder();

  AnomalyPage(Anomaly anomaly, Addresses server) {
    this.anomaly = anomaly;
    this.server = server;
  }

  String text() throws SQLException, InterruptedException {
    out.append("# %d. %s%n%n".formatted(anomaly.number(), anomaly.name()));
    out.append("**%s.** Class: %s.%n%n".formatted(capital(anomaly.title()), anomaly.classes()));
    out.append(Library.explanation(anomaly).strip()).append("\n\n");
    verdicts();
    for (Entry entry : anomaly.entries()) {
      version(entry);
    }
    out.append("[All anomalies](README.md)\n");
    return out.toString();
  }

  private void verdicts() {
    out.append("| | scenario | ");
    out.append(Stream.of(Level.values()).map(Level::title).collect(Collectors.joining(" | ")));
    out.append(" |\n|---|---|---|---|---|\n");
    for (Entry entry : anomaly.entries()) {
      String found =
          entry.expected().stream()
              .map(verdict -> verdict == Verdict.FAILS ? "**FAILS**" : verdict.name())
              .collect(Collectors.joining(" | "));
      out.append("| %s | `%s` | %s |%n".formatted(version(entry.version()), entry.name(), found));
    }
    out.append('\n');
  }

  private static String version(Library.Version version) {
    return version.name().toLowerCase(Locale.ROOT);
  }

  private void version(Entry entry) throws SQLException, InterruptedException {
    Scenario scenario = Library.find(entry.name());
    out.append("## %s: %s%n%n".formatted(capital(version(entry.version())), title(entry)));
    out.append(scenario.description()).append("\n\n");
    String code =
        scenario
            .text()
            .lines()
            .dropWhile(line -> line.startsWith("#"))
            .collect(Collectors.joining("\n"));
    out.append("```sql\n-- %s.spec%n%s%n```%n%n".formatted(entry.name(), code));
    int failing = entry.expected().indexOf(Verdict.FAILS);
    if (failing >= 0) {
      schedule(scenario.at(Level.ofDigit(failing)));
    }
  }

  /** Titles of further scenarios go on from the first one's. */
  private static String title(Entry entry) {
    return entry.title().replaceFirst("^\\.\\.\\. ", "");
  }

  private void schedule(Scenario scenario) throws SQLException, InterruptedException {
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, server)) {
      Exploration found =
          Explorer.explore(
              experiment, experiment.relation(), FIRST_FAILURE, (runs, failing, perSecond) -> {});
      Found failure = found.failure();
      if (failure == null) {
        throw new IllegalStateException(
            "%s at %s should fail, and is %s %s"
                .formatted(
                    scenario.name(), scenario.level().title(), found.verdict(), found.reason()));
      }
      String token =
          Token.of(scenario.text(), scenario.level().digit(), scenario.actors(), failure).encoded();
      Report report =
          new Report(
                  scenario.name(),
                  scenario.level().title(),
                  "",
                  scenario.actors(),
                  found,
                  Replay.NONE)
              .observed(experiment);
      out.append("An order that breaks it, at %s:%n%n".formatted(scenario.level().title()));
      out.append("```text\n").append(TextReport.schedule(report, failure).stripTrailing());
      out.append("\n```\n\n```mermaid\n").append(Format.mermaid.write(report)).append("```\n\n");
      out.append("Run it again: `./aftercommit lab replay %s`%n%n".formatted(token));
    }
  }

  private static String capital(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
