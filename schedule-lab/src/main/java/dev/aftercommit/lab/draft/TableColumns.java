package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.draft.SqlText.Kind;
import dev.aftercommit.lab.draft.SqlText.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The order of columns in tables, from CREATE TABLE: an INSERT need not name them. */
final class TableColumns {

  private static final Set<String> NO_COLUMN =
      Set.of("constraint", "primary", "unique", "foreign", "check", "exclude", "like");

  private final Map<String, List<String>> columns = new HashMap<>();

  /** Looks at a statement; only CREATE TABLE tells something. */
  void learn(SqlText sql) {
    List<Piece> pieces = sql.pieces().stream().filter(Piece::matters).toList();
    int open = 0;
    while (open < pieces.size() && !pieces.get(open).is("(")) {
      open++;
    }
    boolean creates =
        open > 2
            && open < pieces.size()
            && pieces.getFirst().is("create")
            && pieces.subList(1, open).stream().anyMatch(piece -> piece.is("table"));
    if (creates) {
      columns.put(pieces.get(open - 1).name(), names(pieces.subList(open + 1, pieces.size())));
    }
  }

  private static List<String> names(List<Piece> definitions) {
    List<String> names = new ArrayList<>();
    int depth = 0;
    boolean first = true;
    for (Piece piece : definitions) {
      if (first && piece.kind() == Kind.WORD && !NO_COLUMN.contains(piece.name())) {
        names.add(piece.name());
      }
      depth += piece.is("(") ? 1 : piece.is(")") ? -1 : 0;
      if (depth < 0) {
        break;
      }
      first = depth == 0 && piece.is(",");
    }
    return names;
  }

  /** The row with the names of its columns instead of their places, where they are known. */
  Map<String, String> named(String table, Map<String, String> row) {
    List<String> names = columns.getOrDefault(table, List.of());
    Map<String, String> named = new LinkedHashMap<>();
    row.forEach(
        (column, value) -> {
          boolean place = Character.isDigit(column.charAt(0));
          if (!place) {
            named.put(column, value);
          } else if (Integer.parseInt(column) <= names.size()) {
            named.put(names.get(Integer.parseInt(column) - 1), value);
          }
        });
    return named;
  }
}
