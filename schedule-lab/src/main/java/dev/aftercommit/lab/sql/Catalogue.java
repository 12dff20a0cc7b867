package dev.aftercommit.lab.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The tables of a database, as far as it must be known to tell what a statement touches. Names are
 * taken without their schema, so equal names in two schemas count as one.
 */
public final class Catalogue {

  /**
   * What may do more than its text says: views, foreign and partitioned tables, rules, triggers,
   * row security, constraints checked at the commit, and columns filled by other functions than
   * those that only read a clock or a sequence of the table.
   */
  private static final String OPAQUE =
      """
      SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_'
        AND n.nspname <> 'information_schema'
        AND (c.relkind <> 'r' OR c.relrowsecurity OR c.relhasrules OR c.relhassubclass
          OR c.relispartition
          OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
          OR EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
          OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.condeferrable)
          OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
            AND pg_get_constraintdef(k.oid) ~ '[a-z_]\\w*\\('
            AND pg_get_constraintdef(k.oid) !~* '^CHECK \\(+[^(]*\\)+$')
          OR EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indexprs IS NOT NULL)
          OR EXISTS (SELECT FROM pg_attrdef d WHERE d.adrelid = c.oid
            AND pg_get_expr(d.adbin, d.adrelid) ~ '\\w\\('
            AND pg_get_expr(d.adbin, d.adrelid) !~ '^(nextval|now|gen_random_uuid|clock_timestamp)\\([^(]*\\)$'))
      """;

  private static final String RELATIONS =
      """
      SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_'
        AND n.nspname <> 'information_schema'
      """;

  private static final String FOREIGN_KEYS =
      """
      SELECT a.relname, b.relname FROM pg_constraint k
      JOIN pg_class a ON a.oid = k.conrelid JOIN pg_class b ON b.oid = k.confrelid
      WHERE k.contype = 'f'
      """;

  /** Operators and casts can call functions without a parenthesis. */
  private static final String OWN_OPERATORS =
      """
      SELECT EXISTS (SELECT FROM pg_operator WHERE oid >= 16384)
        OR EXISTS (SELECT FROM pg_cast WHERE oid >= 16384)
      """;

  private final Map<String, Set<String>> related = new HashMap<>();
  private final Set<String> opaque = new HashSet<>();
  private boolean ownOperators;

  private Catalogue() {}

  /** Reads the tables as they are now. */
  public static Catalogue read(Connection connection) throws SQLException {
    Catalogue catalogue = new Catalogue();
    try (var statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery(RELATIONS)) {
        while (rows.next()) {
          catalogue.related.computeIfAbsent(rows.getString(1), name -> new HashSet<>(Set.of(name)));
        }
      }
      try (ResultSet rows = statement.executeQuery(FOREIGN_KEYS)) {
        while (rows.next()) {
          catalogue.join(rows.getString(1), rows.getString(2));
        }
      }
      try (ResultSet rows = statement.executeQuery(OPAQUE)) {
        while (rows.next()) {
          catalogue.opaque.add(rows.getString(1));
        }
      }
      try (ResultSet row = statement.executeQuery(OWN_OPERATORS)) {
        row.next();
        catalogue.ownOperators = row.getBoolean(1);
      }
    }
    return catalogue;
  }

  /** Tables that a foreign key connects are locked and read together. */
  private void join(String a, String b) {
    Set<String> all = new HashSet<>(related.getOrDefault(a, Set.of(a)));
    all.addAll(related.getOrDefault(b, Set.of(b)));
    for (String name : all) {
      related.put(name, all);
    }
  }

  /**
   * What the statement may touch.
   *
   * @param repeatable whether its transaction may keep a snapshot
   */
  Effect effectOf(Statement statement, boolean repeatable) {
    return switch (statement.kind()) {
      case LOCAL, COMMIT, ROLLBACK -> Effect.NONE;
      case OTHER -> Effect.EVERYTHING;
      case READ, WRITE -> touched(statement, repeatable);
    };
  }

  private Effect touched(Statement statement, boolean repeatable) {
    Set<String> tables = new HashSet<>();
    for (String word : statement.words()) {
      if (opaque.contains(word) || word.startsWith("pg_") || word.equals("information_schema")) {
        return Effect.EVERYTHING;
      }
      tables.addAll(related.getOrDefault(word, Set.of()));
    }
    boolean writes = statement.kind() == Statement.Kind.WRITE;
    boolean unknown = tables.isEmpty() && (writes || statement.words().contains("from"));
    if (ownOperators || unknown || !Functions.allPure(statement.words(), related.keySet())) {
      return Effect.EVERYTHING;
    }
    return new Effect(tables, writes ? tables : Set.of(), Set.of(), repeatable, false);
  }
}
