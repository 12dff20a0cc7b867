package dev.aftercommit.lab.sql;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which rows a statement names, as a person would read it; good for explanations, not for deciding
 * what may be left out.
 *
 * @param tables the tables after FROM, JOIN, UPDATE and INTO
 * @param where the conditions {@code column = value}; empty for all rows
 * @param reads whether it reads
 * @param writes whether it changes rows; locking alone does not
 */
public record Access(Set<String> tables, Set<String> where, boolean reads, boolean writes) {

  private static final Pattern TABLE =
      Pattern.compile("\\b(?:from|join|update|into)\\s+([a-z_][\\w.]*)", Pattern.CASE_INSENSITIVE);
  private static final Pattern CONDITION =
      Pattern.compile("(\\w+)\\s*=\\s*('[^']*'|\\d+)", Pattern.CASE_INSENSITIVE);

  /** What a statement names. */
  public static Access of(Statement statement, String sql) {
    Set<String> tables = new TreeSet<>();
    Matcher table = TABLE.matcher(sql);
    while (table.find()) {
      tables.add(table.group(1).toLowerCase(Locale.ROOT));
    }
    tables.removeAll(Set.of("set", "skip"));
    Set<String> where = new TreeSet<>();
    int from = sql.toLowerCase(Locale.ROOT).indexOf("where");
    Matcher condition = CONDITION.matcher(from < 0 ? "" : sql.substring(from));
    while (condition.find()) {
      where.add(condition.group(1) + " = " + condition.group(2));
    }
    String first = statement.words().getFirst();
    boolean writes = Set.of("insert", "update", "delete", "merge").contains(first);
    boolean reads = !writes || statement.words().contains("select");
    return new Access(tables, first.equals("insert") ? Set.of() : where, reads, writes);
  }

  /** Whether both may name one row. */
  public boolean meets(Access other) {
    return meetsTable(other)
        && (where.isEmpty()
            || other.where.isEmpty()
            || where.stream().anyMatch(other.where::contains));
  }

  /** Whether both name one table. */
  public boolean meetsTable(Access other) {
    return tables.stream().anyMatch(other.tables::contains);
  }

  /** The rows in words. */
  public String rows() {
    String names = String.join(", ", tables);
    return where.isEmpty() ? names : names + " (" + String.join(", ", where) + ")";
  }
}
