package dev.aftercommit.benchmarks.contention;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The medians of all cells, for people. */
final class ResultTable {

  private static final String ROW = "%11s %7s  %-24s %12s %13s %9s  %s%n";

  private ResultTable() {}

  static String of(List<CellResult> results, int runs) {
    Map<Cell, List<CellResult>> cells =
        results.stream()
            .collect(
                Collectors.groupingBy(
                    result -> new Cell(result.way(), result.clients(), result.departments()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    StringBuilder table = new StringBuilder("medians of %d runs%n".formatted(runs));
    table.append(
        ROW.formatted(
            "departments",
            "clients",
            "way",
            "transfers/s",
            "retries/1000",
            "p99 ms",
            "total conserved"));
    cells.forEach((cell, runsOfCell) -> table.append(row(cell, runsOfCell)));
    return table.toString();
  }

  private static String row(Cell cell, List<CellResult> runs) {
    return ROW.formatted(
        cell.departments(),
        cell.clients(),
        cell.way().title(),
        "%,.0f".formatted(median(runs, CellResult::transfersPerSecond)),
        "%,.0f".formatted(median(runs, ResultTable::retriesPerThousand)),
        "%,.1f".formatted(median(runs, CellResult::p99Millis)),
        verdict(runs));
  }

  private static String verdict(List<CellResult> runs) {
    boolean conserved = runs.stream().allMatch(CellResult::totalConserved);
    String total =
        conserved
            ? "yes"
            : "NO, off by %,.0f".formatted(median(runs, run -> Math.abs(run.lostOrInvented())));
    return runs.stream().allMatch(CellResult::isRight)
        ? total
        : "%s; updates lost, %,.0f misplaced".formatted(total, median(runs, CellResult::misplaced));
  }

  private static double retriesPerThousand(CellResult run) {
    return run.transfers() == 0 ? 0 : 1000.0 * run.retries() / run.transfers();
  }

  private static double median(List<CellResult> runs, ToDoubleFunction<CellResult> value) {
    List<Double> sorted =
        runs.stream().map(value::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
    return sorted.get(sorted.size() / 2);
  }
}
