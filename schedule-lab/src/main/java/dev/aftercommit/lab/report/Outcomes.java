package dev.aftercommit.lab.report;

import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How many schedules ended how: failing ends first, then by number. */
final class Outcomes {

  /** What most readers want to see; the JSON has all. */
  private static final int LINES = 12;

  private static final String PARTS = "; ";

  /** One line of the table. */
  record Line(int schedules, String verdict, String end) {}

  private Outcomes() {}

  /**
   * The table.
   *
   * @param width how many characters an end may have
   */
  static List<Line> of(Exploration exploration, int width) {
    List<Map.Entry<Outcome, Integer>> sorted =
        exploration.outcomes().entrySet().stream()
            .sorted(
                Comparator.comparing((Map.Entry<Outcome, Integer> e) -> !e.getKey().fails())
                    .thenComparing(Map.Entry::getValue, Comparator.reverseOrder())
                    .thenComparing(e -> e.getKey().state()))
            .toList();
    Set<String> common = common(sorted.stream().map(e -> e.getKey().state()).toList());
    List<Line> lines = new ArrayList<>();
    for (Map.Entry<Outcome, Integer> entry : sorted.stream().limit(LINES).toList()) {
      String end = shorten(without(entry.getKey().state(), common), width);
      lines.add(new Line(entry.getValue(), verdict(entry.getKey()), end));
    }
    if (sorted.size() > LINES) {
      List<Map.Entry<Outcome, Integer>> rest = sorted.subList(LINES, sorted.size());
      int schedules = rest.stream().mapToInt(Map.Entry::getValue).sum();
      long failing = rest.stream().filter(entry -> entry.getKey().fails()).count();
      lines.add(
          new Line(
              schedules, "", "in %d more ways, %d of which fail".formatted(rest.size(), failing)));
    }
    return lines;
  }

  private static String verdict(Outcome outcome) {
    return outcome.fails() ? "fails" : "holds";
  }

  /** What is the same in all of several ends tells nothing. */
  private static Set<String> common(List<String> states) {
    return states.size() < 2
        ? Set.of()
        : Arrays.stream(states.getFirst().split(PARTS, -1))
            .filter(part -> states.stream().allMatch(s -> parts(s).contains(part)))
            .collect(Collectors.toSet());
  }

  private static List<String> parts(String state) {
    return List.of(state.split(PARTS, -1));
  }

  private static String without(String state, Set<String> common) {
    String rest =
        parts(state).stream()
            .filter(part -> !common.contains(part))
            .collect(Collectors.joining(PARTS));
    return rest.isEmpty() ? state : rest;
  }

  /** Keeps the beginning and the end, where the errors are. */
  private static String shorten(String text, int width) {
    if (text.length() <= width) {
      return text;
    }
    int tail = width / 3;
    return text.substring(0, width - tail - 1) + "…" + text.substring(text.length() - tail);
  }
}
