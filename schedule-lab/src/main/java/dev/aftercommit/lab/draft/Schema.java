package dev.aftercommit.lab.draft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The tables of a draft, as SQL; a dump of pg_dump will do.
 *
 * @param text the SQL, without what only psql understands
 */
record Schema(SqlText text) {

  private static final Pattern PSQL = Pattern.compile("(?m)^\\\\.*$");

  /** Would leave the session of the set-up without a search path. */
  private static final Pattern NO_PATH =
      Pattern.compile("(?mi)^select pg_catalog\\.set_config\\('search_path'.*$");

  private static final Pattern COPY = Pattern.compile("(?mi)^copy .* from stdin");

  static Schema none() {
    return new Schema(SqlText.of(""));
  }

  /**
   * Reads a file.
   *
   * @throws DraftException if it holds COPY, which only psql understands
   */
  static Schema read(Path file) throws IOException {
    String sql = Files.readString(file);
    if (COPY.matcher(sql).find()) {
      throw new DraftException(
          "%s has COPY FROM stdin, which is no SQL: dump with --schema-only, or with --inserts"
              .formatted(file));
    }
    String plain = NO_PATH.matcher(PSQL.matcher(sql).replaceAll("")).replaceAll("");
    return new Schema(SqlText.of(plain));
  }

  boolean isEmpty() {
    return text.text().isEmpty();
  }

  List<SqlText> statements() {
    return text.statements();
  }

  /** Whether it puts rows into the table. */
  boolean fills(String table) {
    return statements().stream()
        .map(RowStatement::of)
        .anyMatch(row -> row.verb() == RowStatement.Verb.INSERT && row.table().equals(table));
  }

  /** Whether columns are filled with values that differ in every run. */
  boolean isVolatile() {
    String shape = text.shape();
    return List.of(
            "now ( )", "current_timestamp", "clock_timestamp (", "random", "_uuid (", "uuidv")
        .stream()
        .anyMatch(shape::contains);
  }
}
