package dev.aftercommit.lab.gate.postgres;

import java.util.List;

/** A statement that the client has had parsed, and what the server has told of its results. */
final class Prepared {

  private final String sql;
  private final List<Integer> types;
  private List<Column> columns = List.of();

  /** A column of a result, with the number of its type. */
  record Column(String name, int type) {}

  Prepared(String sql, List<Integer> types) {
    this.sql = sql;
    this.types = List.copyOf(types);
  }

  String sql() {
    return sql;
  }

  /** The types of its parameters as far as the client has named them; 0 for one it has not. */
  List<Integer> types() {
    return types;
  }

  /** The columns of its results: drivers ask for them once, and execute it often. */
  List<Column> columns() {
    return columns;
  }

  void describe(List<Column> described) {
    columns = List.copyOf(described);
  }
}
