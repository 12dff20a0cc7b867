package dev.aftercommit.lab.draft;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a statement on one table says of rows and values. Joins, subqueries and expressions are not
 * followed: then less is known, never something wrong.
 *
 * @param verb what it does
 * @param table the table, without schema; empty if it is not one table
 * @param selected the labels of its result; {@code *} for all columns
 * @param assigned the values it gives to columns, where they are literals
 * @param computed the columns that it gives other values to
 * @param rows what INSERT puts in, row by row, by column; by place, from 1, if it names none
 * @param key the conditions {@code column = literal} that all must hold
 * @param listEnd the place of the piece that ends the select list; -1 if there is none
 * @param exact whether {@code key} is the whole condition
 */
record RowStatement(
    Verb verb,
    String table,
    Set<String> selected,
    Map<String, Literal> assigned,
    Set<String> computed,
    List<Map<String, String>> rows,
    Map<String, Literal> key,
    boolean exact,
    int listEnd) {

  /** What a statement does to rows. */
  enum Verb {
    SELECT,
    INSERT,
    UPDATE,
    DELETE,
    OTHER
  }

  /** A value, and the place of its piece in the {@link SqlText}. */
  record Literal(String value, int piece) {}

  static final RowStatement NOTHING =
      new RowStatement(
          Verb.OTHER, "", Set.of(), Map.of(), Set.of(), List.of(), Map.of(), false, -1);

  static RowStatement of(SqlText sql) {
    return new RowParser(sql).parse();
  }

  RowStatement withListEnd(int place) {
    return new RowStatement(verb, table, selected, assigned, computed, rows, key, exact, place);
  }

  /** The values of the condition, in a map of the caller's own. */
  Map<String, String> keyValues() {
    Map<String, String> values = new LinkedHashMap<>();
    key.forEach((column, literal) -> values.put(column, literal.value()));
    return values;
  }

  /** Whether its result has the column. */
  boolean selects(String column) {
    return verb == Verb.SELECT && (selected.contains("*") || selected.contains(column));
  }
}
