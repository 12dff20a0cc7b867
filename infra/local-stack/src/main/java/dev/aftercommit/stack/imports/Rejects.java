package dev.aftercommit.stack.imports;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file of rejected rows: the original columns, then line and reason. It replaces the one of an
 * earlier run and exists only when there are rejected rows. Thread-safe.
 */
final class Rejects implements AutoCloseable {

  private final Path file;
  private final List<String> headers;
  private @Nullable CsvWriter writer;
  private long count;

  Rejects(Path source, List<String> headers) throws IOException {
    this.file = fileFor(source);
    this.headers = headers;
    Files.deleteIfExists(file);
  }

  /** {@code payroll.csv} has its rejected rows in {@code payroll.rejected.csv}. */
  static Path fileFor(Path source) {
    String name = source.getFileName().toString();
    String stem =
        name.regionMatches(true, Math.max(0, name.length() - 4), ".csv", 0, 4)
            ? name.substring(0, name.length() - 4)
            : name;
    return source.resolveSibling(stem + ".rejected.csv");
  }

  Path file() {
    return file;
  }

  synchronized long count() {
    return count;
  }

  synchronized void add(long line, List<String> fields, String reason) {
    try {
      if (writer == null) {
        writer = CsvWriter.builder().build(file);
        List<String> titles = new ArrayList<>(headers);
        titles.addAll(List.of("line", "reason"));
        writer.writeRecord(titles);
      }
      writer.writeRecord(record(line, fields, reason));
      count++;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }

  /**
   * The fields that are too many go into the last original column, so that line and reason stay in
   * theirs.
   */
  private List<String> record(long line, List<String> fields, String reason) {
    List<String> record = new ArrayList<>(fields);
    while (record.size() < headers.size()) {
      record.add("");
    }
    if (record.size() > headers.size()) {
      List<String> tail = record.subList(headers.size() - 1, record.size());
      String joined = String.join(",", tail);
      tail.clear();
      record.add(joined);
    }
    record.add(Long.toString(line));
    record.add(reason);
    return record;
  }
}
