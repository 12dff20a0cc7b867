package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.draft.RowStatement.Literal;
import dev.aftercommit.lab.draft.RowStatement.Verb;
import dev.aftercommit.lab.draft.SqlText.Kind;
import dev.aftercommit.lab.draft.SqlText.Piece;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the simple forms of SELECT, INSERT, UPDATE and DELETE. */
final class RowParser {

  private static final Set<String> AFTER_WHERE =
      Set.of("for", "order", "limit", "returning", "group", "fetch", "offset", "having", ";");

  private final SqlText sql;

  /** The places of the pieces that matter. */
  private final List<Integer> places = new ArrayList<>();

  private int at;

  RowParser(SqlText sql) {
    this.sql = sql;
    for (int i = 0; i < sql.pieces().size(); i++) {
      if (sql.pieces().get(i).matters()) {
        places.add(i);
      }
    }
  }

  RowStatement parse() {
    if (take("select")) {
      return select();
    }
    if (take("insert") && take("into")) {
      return insert();
    }
    if (take("update")) {
      return update();
    }
    if (take("delete") && take("from")) {
      take("only");
      String table = name();
      skipAlias("where");
      return where(Verb.DELETE, table, Set.of(), Map.of(), Set.of());
    }
    return RowStatement.NOTHING;
  }

  private RowStatement select() {
    Set<String> labels = new HashSet<>();
    for (List<Piece> item : list("from")) {
      labels.add(label(item));
    }
    int end = at;
    if (!take("from")) {
      return new RowStatement(
          Verb.SELECT, "", labels, Map.of(), Set.of(), List.of(), Map.of(), false, -1);
    }
    take("only");
    String table = name();
    skipAlias("where");
    return where(Verb.SELECT, table, labels, Map.of(), Set.of()).withListEnd(places.get(end));
  }

  /** The name that a result gives to an item; empty if PostgreSQL makes one up. */
  private static String label(List<Piece> item) {
    Piece last = item.getLast();
    boolean named = item.size() == 1 || item.get(item.size() - 2).is("as");
    boolean qualified = item.size() == 3 && item.get(1).is(".");
    if (last.is("*") && (item.size() == 1 || qualified)) {
      return "*";
    }
    return last.kind() == Kind.WORD && (named || qualified) ? last.name() : "";
  }

  private RowStatement update() {
    take("only");
    String table = name();
    skipAlias("set");
    Map<String, Literal> assigned = new LinkedHashMap<>();
    Set<String> computed = new HashSet<>();
    if (take("set")) {
      int begin = at;
      for (List<Piece> item : list("where", "from", "returning", ";")) {
        if (!condition(begin, begin + item.size(), assigned)) {
          computed.add(item.getFirst().name());
        }
        begin += item.size() + 1;
      }
    }
    return where(Verb.UPDATE, table, Set.of(), assigned, computed);
  }

  private RowStatement insert() {
    String table = name();
    List<String> columns = new ArrayList<>();
    if (take("(")) {
      for (List<Piece> item : list(")")) {
        columns.add(item.getFirst().name());
      }
      take(")");
    }
    List<Map<String, String>> rows = new ArrayList<>();
    if (take("values")) {
      do {
        take("(");
        Map<String, String> row = new LinkedHashMap<>();
        List<List<Piece>> values = list(")");
        take(")");
        for (int i = 0; i < values.size(); i++) {
          String value = values.get(i).size() == 1 ? values.get(i).getFirst().value() : null;
          if (value != null) {
            row.put(i < columns.size() ? columns.get(i) : Integer.toString(i + 1), value);
          }
        }
        rows.add(row);
      } while (take(","));
    }
    return new RowStatement(
        Verb.INSERT, table, Set.of(), Map.of(), Set.of(), rows, Map.of(), false, -1);
  }

  private RowStatement where(
      Verb verb,
      String table,
      Set<String> selected,
      Map<String, Literal> assigned,
      Set<String> computed) {
    boolean one = !table.isEmpty() && (piece() == null || at(AFTER_WHERE) || at(Set.of("where")));
    if (!one) {
      // Several tables: names of columns say nothing.
      return new RowStatement(
          verb, "", selected, Map.of(), computed, List.of(), Map.of(), false, -1);
    }
    Map<String, Literal> key = new LinkedHashMap<>();
    boolean exact = true;
    if (take("where")) {
      int begin = at;
      int depth = 0;
      boolean or = false;
      while (piece() != null && !(depth == 0 && at(AFTER_WHERE))) {
        if (depth == 0 && at(Set.of("and"))) {
          exact &= condition(begin, at, key);
          begin = at + 1;
        }
        or |= at(Set.of("or"));
        depth += depthOfNext();
        at++;
      }
      exact &= condition(begin, at, key) && !or;
      if (or) {
        key.clear();
      }
    }
    return new RowStatement(verb, table, selected, assigned, computed, List.of(), key, exact, -1);
  }

  /** Understands {@code [alias.]column = literal[::type]}. */
  private boolean condition(int from, int to, Map<String, Literal> into) {
    int column = from + 2 < to && get(from + 1).is(".") ? from + 2 : from;
    int literal = column + 2;
    boolean plain = to == literal + 1 || (to == literal + 3 && get(literal + 1).is("::"));
    if (!plain || !get(column + 1).is("=") || get(column).kind() != Kind.WORD) {
      return false;
    }
    String value = get(literal).value();
    if (value != null) {
      into.put(get(column).name(), new Literal(value, places.get(literal)));
    }
    return value != null;
  }

  /** Items between commas up to one of these words. */
  private List<List<Piece>> list(String... ends) {
    Set<String> until = Set.of(ends);
    List<List<Piece>> items = new ArrayList<>();
    List<Piece> item = new ArrayList<>();
    int depth = 0;
    while (piece() != null && !(depth == 0 && at(until))) {
      if (depth == 0 && at(Set.of(","))) {
        items.add(item);
        item = new ArrayList<>();
      } else {
        depth += depthOfNext();
        item.add(get(at));
      }
      at++;
    }
    items.add(item);
    items.removeIf(List::isEmpty);
    return items;
  }

  private int depthOfNext() {
    return get(at).is("(") ? 1 : get(at).is(")") ? -1 : 0;
  }

  /** The last part of a name with dots; empty if there is none. */
  private String name() {
    String name = "";
    Piece next = piece();
    while (next != null && next.kind() == Kind.WORD) {
      name = next.name();
      at++;
      if (!take(".")) {
        break;
      }
      next = piece();
    }
    return name;
  }

  private void skipAlias(String follows) {
    take("as");
    Piece next = piece();
    if (next != null && next.kind() == Kind.WORD && !next.is(follows) && !at(AFTER_WHERE)) {
      at++;
    }
  }

  private boolean at(Set<String> words) {
    Piece next = piece();
    return next != null && words.contains(next.text().toLowerCase(Locale.ROOT));
  }

  private boolean take(String word) {
    Piece next = piece();
    if (next == null || !next.is(word)) {
      return false;
    }
    at++;
    return true;
  }

  private @Nullable Piece piece() {
    return at < places.size() ? get(at) : null;
  }

  private Piece get(int place) {
    return sql.pieces().get(places.get(place));
  }
}
