package dev.aftercommit.lab.report;

/** How a report is written. */
public enum Format {
  text {
    @Override
    public String write(Report report) {
      return TextReport.of(report);
    }
  };

  /** The whole report. */
  public abstract String write(Report report);
}
