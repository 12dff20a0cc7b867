package dev.aftercommit.lab.draft;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What logical decoding tells with the plugin test_decoding, as pg_recvlogical or
 * pg_logical_slot_get_changes write it.
 *
 * @param commits the transactions in the order in which they were committed
 */
record WalText(List<Commit> commits) {

  /** What a transaction has changed. */
  record Commit(long txid, List<Change> changes) {}

  /**
   * A changed row. NULLs and values that were kept out of line and did not change are left out.
   *
   * @param table without its schema
   * @param deletes whether the row is gone
   * @param before the old row, or its key, where it was written
   * @param after the new row
   */
  record Change(
      String table, boolean deletes, Map<String, String> before, Map<String, String> after) {}

  /** The location and number that a query for the changes puts before each line. */
  private static final Pattern PREFIX =
      Pattern.compile("^\\s*[0-9A-F]+/[0-9A-F]+\\s*[|\\t]\\s*\\d+\\s*[|\\t]\\s*");

  private static final Pattern BOUNDARY = Pattern.compile("(BEGIN|COMMIT) (\\d+)\\b.*");
  private static final Pattern ROW =
      Pattern.compile("table (\\S+): (INSERT|UPDATE|DELETE): (.*)", Pattern.DOTALL);
  private static final Pattern COLUMN =
      Pattern.compile(
          "(\"(?:[^\"]|\"\")+\"|[^\\[\\s\"]+)\\[((?:[^\\[\\]]|\\[\\])*)\\]:(?:'((?:[^']|'')*+)'|(\\S+))");

  /**
   * Reads decoded changes.
   *
   * @throws DraftException if the file holds none
   */
  static WalText read(Path file) throws IOException {
    List<Commit> commits = new ArrayList<>();
    List<Change> open = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        String line = PREFIX.matcher(text).replaceFirst("").stripTrailing();
        Matcher boundary = BOUNDARY.matcher(line);
        Matcher row = ROW.matcher(line);
        if (boundary.matches()) {
          if (boundary.group(1).equals("COMMIT")) {
            commits.add(new Commit(Long.parseLong(boundary.group(2)), List.copyOf(open)));
          }
          open.clear();
        } else if (row.matches()) {
          open.add(change(row.group(1), row.group(2), row.group(3)));
        }
      }
    }
    if (commits.isEmpty()) {
      throw new DraftException(
          "%s holds no commit as the plugin test_decoding writes it ('COMMIT 754')"
              .formatted(file));
    }
    return new WalText(List.copyOf(commits));
  }

  private static Change change(String table, String kind, String columns) {
    String name = table.substring(table.lastIndexOf('.') + 1).replace("\"", "");
    int split = columns.indexOf(" new-tuple: ");
    String before = columns.startsWith("old-key: ") && split > 0 ? columns.substring(0, split) : "";
    String after = split > 0 ? columns.substring(split) : columns;
    boolean deletes = kind.equals("DELETE");
    return new Change(
        name,
        deletes,
        deletes ? values(columns) : values(before),
        deletes ? Map.of() : values(after));
  }

  private static Map<String, String> values(String columns) {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher column = COLUMN.matcher(columns);
    while (column.find()) {
      String quoted = column.group(3);
      String bare = column.group(4);
      String name = column.group(1);
      if (quoted != null) {
        values.put(unquoted(name), quoted.replace("''", "'"));
      } else if (bare != null && !bare.equals("null") && !bare.equals("unchanged-toast-datum")) {
        values.put(unquoted(name), bare);
      }
    }
    return values;
  }

  private static String unquoted(String name) {
    return name.startsWith("\"")
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name.toLowerCase(Locale.ROOT);
  }
}
