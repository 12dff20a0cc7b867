package dev.aftercommit.lab.gate.postgres;

import dev.aftercommit.lab.gate.postgres.SqlStep.Query;
import java.util.List;

/**
 * A statement with its parameters.
 *
 * @param results the formats in which the client wants its results
 */
record Bound(Query query, Prepared statement, Formats results) {

  /** A query of the simple protocol, whose results are described each time. */
  static Bound simple(String sql) {
    return new Bound(
        new Query(sql, List.of()), new Prepared(sql, List.of()), new Formats(List.of()));
  }
}
