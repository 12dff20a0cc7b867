package dev.aftercommit.stack.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvFileTest {

  @TempDir private Path folder;

  @Test
  void fieldsMayHoldCommasQuotesAndLineEndsInsideQuotes() throws IOException {
    List<Row> rows = read("name,salary\n\"Doe, Ann\",1\n\"Bob \"\"B\"\"\",2\n\"Cy\nDe\",3\n");

    assertThat(rows)
        .containsExactly(
            Row.good(2, List.of("Doe, Ann", "1")),
            Row.good(3, List.of("Bob \"B\"", "2")),
            Row.good(4, List.of("Cy\nDe", "3")));
  }

  @Test
  void aByteOrderMarkAndCarriageReturnsAreNoPartOfTheFields() throws IOException {
    List<Row> rows = read("\uFEFFname,salary\r\nAnn,1\r\n");

    assertThat(rows).containsExactly(Row.good(2, List.of("Ann", "1")));
  }

  @Test
  void aRowWithTheWrongNumberOfFieldsIsBadAndItsNeighboursAreGood() throws IOException {
    List<Row> rows = read("name,salary\nAnn,1\nBob\nCy,3,4\nDee,4");

    assertThat(rows)
        .containsExactly(
            Row.good(2, List.of("Ann", "1")),
            Row.bad(3, List.of("Bob"), "expected 2 fields, found 1"),
            Row.bad(4, List.of("Cy", "3", "4"), "expected 2 fields, found 3"),
            Row.good(5, List.of("Dee", "4")));
  }

  @Test
  void aQuoteThatIsNeverClosedCostsOnlyItsOwnLine() throws IOException {
    List<Row> rows = read("name,salary\nAnn,1\n\"Bob,2\nCy,3\n\"Dee, D\",4\n");

    assertThat(rows)
        .containsExactly(
            Row.good(2, List.of("Ann", "1")),
            Row.bad(3, List.of("\"Bob,2"), "a quote is not closed"),
            Row.good(4, List.of("Cy", "3")),
            Row.good(5, List.of("Dee, D", "4")));
  }

  @Test
  void twoUnclosedQuotesDoNotSwallowWhatIsBetweenThem() throws IOException {
    List<Row> rows = read("name,salary\n\"Ann,1\nBob,2\n\"Cy,3\nDee,4\n");

    assertThat(rows.stream().filter(row -> row.problem() == null).map(Row::fields))
        .containsExactly(List.of("Bob", "2"), List.of("Dee", "4"));
    assertThat(rows.stream().filter(row -> row.problem() != null).map(Row::line))
        .containsExactly(2L, 4L);
  }

  @Test
  void bytesThatAreNotUtf8AreABadRow() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("name,salary\nJos".getBytes(StandardCharsets.UTF_8));
    bytes.write(0xE9);
    bytes.write(",1\nZoë,2\n".getBytes(StandardCharsets.UTF_8));

    List<Row> rows = read(bytes.toByteArray());

    assertThat(rows)
        .containsExactly(
            Row.bad(2, List.of("Jos\uFFFD,1"), "the line is not UTF-8"),
            Row.good(3, List.of("Zoë", "2")));
  }

  @Test
  void aLineBeyondTheBoundIsBadAndNotKept() throws IOException {
    List<Row> rows = read("name,salary\n" + "x".repeat(Lines.MAX_BYTES + 1) + ",1\nBob,2\n");

    assertThat(rows.getFirst().problem()).contains("longer than " + Lines.MAX_BYTES);
    assertThat(rows.getFirst().fields().getFirst()).hasSizeLessThan(1_000);
    assertThat(rows.getLast()).isEqualTo(Row.good(3, List.of("Bob", "2")));
  }

  @Test
  void blankLinesAreSkippedAndStillCounted() throws IOException {
    assertThat(read("name,salary\n\n\nAnn,1\n\n"))
        .containsExactly(Row.good(4, List.of("Ann", "1")));
  }

  @Test
  void anEmptyFileSaysThatAHeaderRowIsExpected() {
    assertThatThrownBy(() -> read(""))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("header row");
  }

  private List<Row> read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<Row> read(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("payroll.csv"), bytes);
    try (CsvFile csv = CsvFile.open(file)) {
      List<Row> rows = new ArrayList<>();
      for (Row row = csv.next(); row != null; row = csv.next()) {
        rows.add(row);
      }
      assertThat(csv.progress()).isEqualTo(1.0);
      return rows;
    }
  }
}
