package dev.aftercommit.stack.imports;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CSV file (RFC 4180, UTF-8, with a header row) row by row. A row that cannot be read does
 * not take its neighbours with it: after a quote that is never closed, reading goes on with the
 * very next line. Blank lines are skipped.
 */
final class CsvFile implements AutoCloseable {

  /** A row may span this many lines at most (line ends inside quotes). */
  private static final int MAX_LINES = 100;

  private static final CsvReader.CsvReaderBuilder STRICT =
      CsvReader.builder().allowUnclosedQuote(false).maxBufferSize(MAX_LINES * Lines.MAX_BYTES);

  private final Lines lines;
  private final long size;
  private final List<String> headers;

  private CsvFile(Lines lines, long size) throws IOException {
    this.lines = lines;
    this.size = size;
    this.headers = readHeaders();
  }

  /**
   * Opens the file and reads its header row.
   *
   * @throws ImportException when there is no header row
   * @throws IOException when the file cannot be read
   */
  static CsvFile open(Path file) throws IOException {
    Lines lines = new Lines(Files.newInputStream(file));
    try {
      return new CsvFile(lines, Files.size(file));
    } catch (ImportException | IOException e) {
      lines.close();
      throw e;
    }
  }

  /** The names of the columns, trimmed. */
  List<String> headers() {
    return headers;
  }

  /** How much of the file has been read, from 0 to 1; any thread may ask. */
  double progress() {
    return size == 0 ? 1 : Math.min(1, (double) lines.bytesRead() / size);
  }

  /** The next row, good or bad; null at the end of the file. */
  @Nullable Row next() throws IOException {
    return nextRow(headers.size());
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private List<String> readHeaders() throws IOException {
    Row row = nextRow(-1);
    if (row == null) {
      throw new ImportException("the file is empty: expected a header row with the column names");
    }
    if (row.problem() != null) {
      throw new ImportException("the header row cannot be read: " + row.problem());
    }
    return row.fields().stream().map(String::strip).toList();
  }

  private @Nullable Row nextRow(int width) throws IOException {
    Line line = lines.next();
    while (line != null && line.bytes().length == 0) {
      line = lines.next();
    }
    if (line == null) {
      return null;
    }
    if (line.tooLong()) {
      String start = line.shownText().substring(0, 200);
      return Row.bad(
          line.number(), List.of(start), "the line is longer than " + Lines.MAX_BYTES + " bytes");
    }
    String text = line.text().orElse(null);
    if (text == null) {
      return Row.bad(line.number(), List.of(line.shownText()), "the line is not UTF-8");
    }
    return hasOpenQuote(text) ? acrossLines(line, text, width) : parse(line.number(), text, width);
  }

  private Row acrossLines(Line first, String start, int width) throws IOException {
    StringBuilder text = new StringBuilder(start);
    List<Line> taken = new ArrayList<>();
    boolean open = true;
    while (open && taken.size() < MAX_LINES) {
      Line line = lines.next();
      if (line == null) {
        break;
      }
      taken.add(line);
      Optional<String> more = line.tooLong() ? Optional.empty() : line.text();
      if (more.isEmpty()) {
        break;
      }
      text.append('\n').append(more.get());
      open = !hasOpenQuote(more.get());
    }
    if (!open) {
      Row row = parse(first.number(), text.toString(), width);
      if (row.problem() == null) {
        return row;
      }
    }
    lines.giveBack(taken);
    return Row.bad(first.number(), List.of(start), "a quote is not closed");
  }

  private static Row parse(long line, String text, int width) {
    List<String> fields;
    try {
      fields = STRICT.ofSingleCsvRecord(text).getFields();
    } catch (CsvParseException e) {
      return Row.bad(line, List.of(text), "not CSV: " + e.getMessage());
    }
    return width < 0 || fields.size() == width
        ? Row.good(line, fields)
        : Row.bad(line, fields, "expected %d fields, found %d".formatted(width, fields.size()));
  }

  /** A quote inside quotes is written twice, so an odd number of quotes leaves one open. */
  private static boolean hasOpenQuote(String text) {
    return text.chars().filter(c -> c == '"').count() % 2 == 1;
  }
}
