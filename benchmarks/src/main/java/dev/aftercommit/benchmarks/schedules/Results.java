package dev.aftercommit.benchmarks.schedules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.stack.measure.Hardware;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints what is measured as it comes, and the medians at the end. */
final class Results {

  /** How many times isolationtester's permutations per second the lab must reach. */
  private static final double WANTED_RATIO = 2;

  private record Line(
      String what,
      int run,
      int count,
      double seconds,
      double perSecond,
      Map<String, String> settings,
      String hardware) {}

  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, String> settings;
  private final Map<String, List<Figure>> figures = new LinkedHashMap<>();

  Results(Map<String, String> settings) {
    this.settings = settings;
  }

  void add(Figure figure) {
    figures.computeIfAbsent(figure.what(), what -> new ArrayList<>()).add(figure);
    try {
      System.out.println(
          json.writeValueAsString(
              new Line(
                  figure.what(),
                  figure.run(),
                  figure.count(),
                  rounded(figure.seconds()),
                  rounded(figure.perSecond()),
                  settings,
                  Hardware.describe())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result could not be written as JSON", e);
    }
  }

  /** The medians of what has a goal; true if all are reached. */
  boolean goals() {
    boolean reached = true;
    for (Goal goal : Goal.values()) {
      Figure median = median(goal.name());
      System.err.print(goal.row(median));
      reached &= goal.isReached(median);
    }
    return reached;
  }

  /** Both runners side by side; true if the lab is fast enough in all of them together. */
  boolean besideIsolationtester(List<String> specs) {
    System.err.printf(
        "%n%-20s %12s %18s %7s%n", "permutations/s", "lab", "isolationtester", "ratio");
    double here = 0;
    double there = 0;
    for (String spec : specs) {
      Figure lab = median("lab " + spec);
      Figure other = median("isolationtester " + spec);
      row(spec, lab.perSecond(), other.perSecond());
      here += lab.seconds();
      there += other.seconds();
    }
    int count = specs.stream().mapToInt(spec -> median("lab " + spec).count()).sum();
    row("all", count / here, count / there);
    return there / here >= WANTED_RATIO;
  }

  private static void row(String spec, double lab, double other) {
    System.err.printf("%-20s %12.0f %18.0f %7.1f%n", spec, lab, other, lab / other);
  }

  private Figure median(String what) {
    return Figure.median(figures.getOrDefault(what, List.of()));
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
