package dev.aftercommit.stack.imports;

import dev.aftercommit.stack.imports.PayrollRows.RowRejected;
import dev.aftercommit.stack.rest.DepartmentAverage;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Imports one file into a running stack and waits until the averages include it. */
final class PayrollImport {

  private static final int ROWS_PER_REQUEST = 2_000;

  private final RestClient rest;
  private final URI employeeService;
  private final URI aggregator;
  private final ImportProgress progress;

  PayrollImport(RestClient rest, URI employeeService, URI aggregator, ImportProgress progress) {
    this.rest = rest;
    this.employeeService = employeeService;
    this.aggregator = aggregator;
    this.progress = progress;
  }

  /**
   * Imports the file.
   *
   * @param columns role to column name, for columns that do not have their default name
   * @throws ImportException when the file has no such columns or a request fails for good
   * @throws IOException when the file cannot be read, or the services do not answer
   */
  ImportSummary run(Path file, Map<String, String> columns)
      throws IOException, InterruptedException {
    try (CsvFile csv = CsvFile.open(file)) {
      PayrollRows rows = new PayrollRows(Columns.find(csv.headers(), columns));
      try (Rejects rejects = new Rejects(file, csv.headers());
          Uploads uploads = new Uploads(rest, employeeService, rejects)) {
        long count = upload(csv, rows, rejects, uploads);
        Totals totals = uploads.finish();
        double seconds = Math.round(progress.seconds() * 10) / 10.0;
        progress.clear();
        CatchUp.Result reached = new CatchUp(rest, employeeService, aggregator).await();
        return new ImportSummary(
            file.toString(),
            count,
            totals.created(),
            totals.changed(),
            totals.unchanged(),
            rejects.count(),
            rejects.count() == 0 ? null : rejects.file().toString(),
            totals.departmentsCreated(),
            seconds,
            reached.complete(),
            reached.averages().stream().mapToLong(DepartmentAverage::headcount).sum(),
            reached.averages());
      }
    }
  }

  private long upload(CsvFile csv, PayrollRows rows, Rejects rejects, Uploads uploads)
      throws IOException, InterruptedException {
    long count = 0;
    List<PayrollRow> batch = new ArrayList<>(ROWS_PER_REQUEST);
    for (Row row = csv.next(); row != null; row = csv.next()) {
      count++;
      if (row.problem() != null) {
        rejects.add(row.line(), row.fields(), row.problem());
        continue;
      }
      try {
        batch.add(rows.of(row));
      } catch (RowRejected e) {
        rejects.add(row.line(), row.fields(), String.valueOf(e.getMessage()));
      }
      if (batch.size() == ROWS_PER_REQUEST) {
        uploads.send(List.copyOf(batch));
        batch.clear();
        progress.show(csv.progress(), uploads.totals().sent());
      }
    }
    if (!batch.isEmpty()) {
      uploads.send(batch);
    }
    return count;
  }
}
