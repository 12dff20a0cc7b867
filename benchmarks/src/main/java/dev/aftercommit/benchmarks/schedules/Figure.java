package dev.aftercommit.benchmarks.schedules;

import java.util.Comparator;
import java.util.List;

/**
 * One measured run of one thing.
 *
 * @param what is measured
 * @param count schedules or permutations in this run
 * @param seconds they took
 */
record Figure(String what, int run, int count, double seconds) {

  double perSecond() {
    return count / seconds;
  }

  static Figure median(List<Figure> figures) {
    return figures.stream()
        .sorted(Comparator.comparingDouble(Figure::perSecond))
        .toList()
        .get(figures.size() / 2);
  }
}
