package dev.aftercommit.lab.report;

import dev.aftercommit.lab.observe.Observation;
import dev.aftercommit.lab.observe.Observation.Lock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands beside the actors in a diagram, moment by moment: moment 0 is before the first step,
 * moment n after step n. Of the rows only those are told that the schedule changes, and of those
 * only the columns that it changes.
 */
final class Surroundings {

  /** A column of the diagram. */
  enum Column {
    COMMITTED,
    LOCKS,
    CACHE,
    QUEUE;

    /** As it is written. */
    String title() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One line in a column.
   *
   * @param before what was there at the moment before; null if nothing was
   */
  record Item(String name, String value, @Nullable String before) {

    boolean isNew() {
      return !value.equals(before);
    }

    String text() {
      return value.isEmpty() ? name : name + ": " + value;
    }
  }

  /** More would push the actors off the page. */
  private static final int ITEMS = 6;

  private static final int VALUE = 40;

  private final Map<Column, List<Map<String, String>>> moments = new EnumMap<>(Column.class);

  Surroundings(List<Observation> observations) {
    put(Column.COMMITTED, Changes.of(observations));
    put(Column.LOCKS, observations.stream().map(Surroundings::locks).toList());
    put(Column.CACHE, observations.stream().map(Observation::cache).toList());
    put(Column.QUEUE, observations.stream().map(Surroundings::queues).toList());
  }

  private void put(Column column, List<Map<String, String>> values) {
    if (values.stream().anyMatch(moment -> !moment.isEmpty())) {
      moments.put(column, values);
    }
  }

  /** The columns in which there is ever anything. */
  Set<Column> columns() {
    return moments.keySet();
  }

  /** What is in a column at a moment. */
  List<Item> at(Column column, int moment) {
    Map<String, String> before = moment == 0 ? Map.of() : values(column, moment - 1);
    List<Item> items = new ArrayList<>();
    values(column, moment)
        .forEach((name, value) -> items.add(new Item(name, shorten(value), before.get(name))));
    if (items.size() <= ITEMS) {
      return items;
    }
    List<Item> shown = new ArrayList<>(items.subList(0, ITEMS));
    shown.add(new Item("%d more".formatted(items.size() - ITEMS), "", ""));
    return shown;
  }

  /**
   * A column's news in one line: the values that have changed, each with what it was before; all
   * locks.
   */
  String news(Column column, int moment) {
    List<String> parts = new ArrayList<>();
    for (Item item : at(column, moment)) {
      String before = item.before();
      if (column == Column.LOCKS || before == null) {
        parts.add(item.text());
      } else if (item.isNew()) {
        parts.add("%s: %s → %s".formatted(item.name(), before, item.value()));
      }
    }
    return parts.isEmpty() ? "none" : String.join(" · ", parts);
  }

  /** Whether a column is not as it was at the moment before. */
  boolean changes(Column column, int moment) {
    Map<String, String> before = moment == 0 ? Map.of() : values(column, moment - 1);
    return !values(column, moment).equals(before);
  }

  private Map<String, String> values(Column column, int moment) {
    List<Map<String, String>> all = moments.getOrDefault(column, List.of());
    return moment < all.size() ? all.get(moment) : Map.of();
  }

  private static String shorten(String value) {
    return value.length() > VALUE ? value.substring(0, VALUE - 1) + "…" : value;
  }

  private static Map<String, String> locks(Observation observation) {
    Map<String, String> locks = new LinkedHashMap<>();
    for (Lock lock : observation.locks()) {
      String waits = lock.waiters().isEmpty() ? "" : " ← " + String.join(", ", lock.waiters());
      locks.merge(lock.holder(), lock.what() + waits, (a, b) -> a + ", " + b);
    }
    return locks;
  }

  private static Map<String, String> queues(Observation observation) {
    Map<String, String> queues = new LinkedHashMap<>();
    observation
        .queues()
        .forEach(
            (name, messages) ->
                queues.put(name, messages.isEmpty() ? "(empty)" : String.join(" | ", messages)));
    return queues;
  }
}
