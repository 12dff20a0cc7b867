package dev.aftercommit.employee.imports;

import dev.aftercommit.employee.config.EmployeeServiceConfig;
import dev.aftercommit.employee.department.DepartmentNames;
import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.transactions.DatabaseRefusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Imports a stream of rows in batches, each in a transaction of its own. What was imported stays
 * when the stream breaks off; importing all of it again then changes nothing that is already so.
 */
@ApplicationScoped
class ImportService {

  private final RowParser parser;
  private final DepartmentNames departments;
  private final ImportBatch batches;
  private final EmployeeServiceConfig.Import bounds;

  @Inject
  ImportService(
      RowParser parser,
      DepartmentNames departments,
      ImportBatch batches,
      EmployeeServiceConfig config) {
    this.parser = parser;
    this.departments = departments;
    this.batches = batches;
    this.bounds = config.imports();
  }

  /**
   * Imports every row that can be.
   *
   * @throws IOException when the stream breaks off
   * @throws SQLException when the database fails for a reason that lies not in a row
   */
  ImportReport run(InputStream body) throws IOException, SQLException {
    BoundedLines lines = new BoundedLines(body, bounds.maxLineBytes());
    ImportTally tally = new ImportTally();
    Map<String, Long> lineOfKey = new HashMap<>();
    List<ImportRow> batch = new ArrayList<>();
    BoundedLines.Line line = lines.next();
    while (line != null && line.number() <= bounds.maxRows()) {
      collect(line, lineOfKey, batch, tally);
      if (batch.size() >= bounds.batchSize()) {
        apply(batch, tally);
        batch.clear();
      }
      line = lines.next();
    }
    if (line != null) {
      tally.reject(
          line.number(),
          "more than %d rows in one request: this row and those behind it were not read"
              .formatted(bounds.maxRows()));
    }
    if (!batch.isEmpty()) {
      apply(batch, tally);
    }
    return tally.report();
  }

  private void collect(
      BoundedLines.Line line,
      Map<String, Long> lineOfKey,
      List<ImportRow> batch,
      ImportTally tally) {
    if (line.isBlank()) {
      return;
    }
    long reported = line.number();
    try {
      if (!line.complete()) {
        throw new RejectedRowException("longer than %d bytes".formatted(bounds.maxLineBytes()));
      }
      RowParser.Line parsed = parser.read(line.bytes());
      reported = parsed.line() == null ? reported : parsed.line();
      ImportRow row = parser.check(parsed, reported);
      Long earlier = lineOfKey.putIfAbsent(row.key(), row.line());
      if (earlier != null) {
        throw new RejectedRowException(
            "key %s is already on line %d"
                .formatted(RejectedRowException.quote(row.key()), earlier));
      }
      batch.add(row);
    } catch (RejectedRowException e) {
      tally.reject(reported, e.reason());
    }
  }

  private void apply(List<ImportRow> batch, ImportTally tally) throws SQLException {
    DepartmentNames.Found found =
        departments.findOrCreate(
            batch.stream()
                .map(ImportRow::department)
                .collect(Collectors.toCollection(TreeSet::new)));
    tally.addDepartments(found.created());
    isolate(batch.stream().map(row -> row.in(found.ids())).toList(), tally);
  }

  /**
   * Imports the rows together or, when one of them is refused, each half on its own, down to the
   * row that is at fault: its neighbours are imported, it is not.
   */
  private void isolate(List<ImportRow.Placed> rows, ImportTally tally) throws SQLException {
    try {
      tally.add(batches.apply(rows));
    } catch (Problem refused) {
      if (refused.getStatusCode() >= 500) {
        throw refused;
      }
      divide(rows, tally, String.valueOf(refused.getDetail()));
    } catch (RuntimeException | SQLException failed) {
      if (!DatabaseRefusal.isAboutData(failed)) {
        throw failed;
      }
      divide(rows, tally, "the database refuses the row's values");
    }
  }

  private void divide(List<ImportRow.Placed> rows, ImportTally tally, String reason)
      throws SQLException {
    if (rows.size() == 1) {
      tally.reject(rows.getFirst().line(), reason);
      return;
    }
    int half = rows.size() / 2;
    isolate(rows.subList(0, half), tally);
    isolate(rows.subList(half, rows.size()), tally);
  }
}
