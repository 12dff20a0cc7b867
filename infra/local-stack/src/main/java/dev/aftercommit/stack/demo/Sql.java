package dev.aftercommit.stack.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the services' databases, each question on a connection of its own: between two questions a
 * server may have been restarted.
 */
record Sql(Target target) {

  /** Makes something of the row that a result stands at. */
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** All rows of the answer. */
  <T> List<T> list(String database, String question, Row<T> row, Object... parameters)
      throws SQLException {
    try (Connection connection = target.database(database);
        PreparedStatement select = connection.prepareStatement(question)) {
      for (int i = 0; i < parameters.length; i++) {
        select.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = select.executeQuery()) {
        List<T> all = new ArrayList<>();
        while (rows.next()) {
          all.add(row.read(rows));
        }
        return all;
      }
    }
  }

  /** The one number that is the answer. */
  long number(String database, String question, Object... parameters) throws SQLException {
    return list(database, question, row -> row.getLong(1), parameters).getFirst();
  }
}
