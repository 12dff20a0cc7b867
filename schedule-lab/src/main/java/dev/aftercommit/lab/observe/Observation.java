package dev.aftercommit.lab.observe;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What everybody could see at one moment, while no actor runs; for drawings, not for verdicts.
 *
 * @param rows what is committed, by table and key
 * @param locks who holds what, and who waits for it
 * @param cache keys and their values
 * @param queues queues and their messages, the next one first
 */
public record Observation(
    List<Row> rows, List<Lock> locks, Map<String, String> cache, Map<String, List<String>> queues) {

  /** Nothing that can be looked at. */
  public static final Observation NOTHING =
      new Observation(List.of(), List.of(), Map.of(), Map.of());

  /**
   * A committed row.
   *
   * @param table its name, with the schema if that is not public
   * @param key the values of the primary key; empty if the table has none
   * @param values of the other columns, in their order
   */
  public record Row(String table, String key, Map<String, @Nullable String> values) {

    /** Table and key, such as {@code account 1}; all values if there is no key. */
    public String name() {
      String values = String.join(", ", values().values().stream().map(String::valueOf).toList());
      return table + " " + (key.isEmpty() ? "(" + values + ")" : key);
    }
  }

  /**
   * A lock as the server tells of it.
   *
   * @param holder the actor that has it
   * @param what the row, table or number that is locked; a row that is not committed has no name
   * @param waiters the actors that wait for it, by name
   */
  public record Lock(String holder, String what, List<String> waiters) {}
}
