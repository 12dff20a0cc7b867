package dev.aftercommit.employee.imports;

import dev.aftercommit.employee.imports.ImportReport.Rejection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Counts while an import runs. */
final class ImportTally {

  private final List<Rejection> rejected = new ArrayList<>();
  private long created;
  private long changed;
  private long unchanged;
  private long departmentsCreated;

  void add(ImportBatch.Outcome outcome) {
    created += outcome.created();
    changed += outcome.changed();
    unchanged += outcome.unchanged();
  }

  void addDepartments(int count) {
    departmentsCreated += count;
  }

  void reject(long line, String reason) {
    rejected.add(new Rejection(line, reason));
  }

  ImportReport report() {
    rejected.sort(Comparator.comparingLong(Rejection::line));
    return new ImportReport(created, changed, unchanged, departmentsCreated, List.copyOf(rejected));
  }
}
