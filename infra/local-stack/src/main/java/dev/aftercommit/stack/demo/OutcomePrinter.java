package dev.aftercommit.stack.demo;

import dev.aftercommit.stack.rest.TextTable;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The outcome for people, in 100 columns. */
final class OutcomePrinter {

  private final PrintWriter out;
  private final Outcome outcome;

  OutcomePrinter(PrintWriter out, Outcome outcome) {
    this.out = out;
    this.outcome = outcome;
  }

  void print() {
    departments();
    counts();
    latencies();
    cpu();
    checks();
    out.println();
    out.println(Wrapped.text("", outcome.hardware()));
    Seconds seconds = outcome.seconds();
    out.printf(
        "build %.1f s, start %.1f s, run %.1f s, drain %.1f s%n",
        seconds.build(), seconds.start(), seconds.run(), seconds.drain());
    out.println();
    long broken = outcome.checks().stream().filter(check -> !check.held()).count();
    out.println(
        outcome.holds()
            ? "Every promise held."
            : "BROKEN: %d promise(s), see ✘.".formatted(broken));
    out.flush();
  }

  private void departments() {
    out.println();
    TextTable table =
        new TextTable("Department", "Headcount", "Average shown", "Average by SQL", "Equal");
    for (DepartmentResult department : outcome.departments()) {
      table.row(
          department.name(),
          department.headcount() == department.trueHeadcount()
              ? "%,d".formatted(department.headcount())
              : "%,d of %,d".formatted(department.headcount(), department.trueHeadcount()),
          money(department.average()),
          money(department.trueAverage()),
          department.equal() ? "✔" : "✘ NO");
    }
    table.print(out, "  ");
  }

  private void counts() {
    Tally tally = outcome.tally();
    String kinds =
        Arrays.stream(Change.values())
            .filter(change -> tally.committedOf(change) > 0)
            .map(change -> "%,d %s".formatted(tally.committedOf(change), change.title()))
            .collect(Collectors.joining(", "));
    out.println();
    line(
        "committed", "%,d: %,d loaded, %s".formatted(outcome.committed(), outcome.loaded(), kinds));
    line("rolled back", "%,d (beyond the budget)".formatted(tally.rolledBackCount()));
    line(
        "no change",
        "%,d found it done already, %,d came after somebody left, %,d gave way to another"
            .formatted(tally.unchangedCount(), tally.goneCount(), tally.conflictCount()));
    line("published", "%,d, and %,d again".formatted(outcome.published(), outcome.republished()));
    line(
        "sent twice",
        "%,d commands under one Idempotency-Key each, the second answered with the first's answer"
            .formatted(tally.replayedCount()));
    line(
        "effects",
        "%,d, %,d duplicates ignored".formatted(outcome.effects(), outcome.duplicatesIgnored()));
    line("parked", "%,d of %,d malformed".formatted(outcome.parked(), outcome.malformedInjected()));
    line(
        "speed",
        "%,.0f committed changes/s through HTTP by %d clients"
            .formatted(outcome.committedPerSecond(), outcome.plan().clients()));
  }

  private void latencies() {
    line("commit→visible", percentiles(outcome.visible()));
    line("change→effect", percentiles(outcome.lag()));
  }

  private void cpu() {
    if (outcome.cpuSeconds().isEmpty()) {
      return;
    }
    out.println();
    TextTable table = new TextTable("CPU", "seconds", "per 1,000 changes");
    double thousands = outcome.changes() / 1e3;
    double sum = 0;
    for (Map.Entry<String, Double> process : outcome.cpuSeconds().entrySet()) {
      sum += process.getValue();
      table.row(
          process.getKey(),
          "%.1f".formatted(process.getValue()),
          "%.3f".formatted(process.getValue() / thousands));
    }
    table.row("all", "%.1f".formatted(sum), "%.3f".formatted(sum / thousands));
    table.print(out, "  ");
  }

  private void checks() {
    out.println();
    for (Check check : outcome.checks()) {
      out.printf("  %s %s%n      %s%n", check.held() ? "✔" : "✘", check.promise(), check.found());
    }
  }

  private void line(String title, String text) {
    out.println(Wrapped.text("  %-15s ".formatted(title), text));
  }

  private static String percentiles(Histogram micros) {
    Report.LatencyMillis millis = Report.latency(micros);
    return "p50 %,.1f ms, p95 %,.1f ms, p99 %,.1f ms, max %,.1f ms (%,d measured)"
        .formatted(millis.p50(), millis.p95(), millis.p99(), millis.max(), micros.getTotalCount());
  }

  private static String money(@Nullable BigDecimal value) {
    return value == null ? "-" : "%,.2f".formatted(value);
  }
}
