package dev.aftercommit.lab.report;

/** How a report is written. */
public enum Format {
  text {
    @Override
    public String write(Report report) {
      return TextReport.of(report);
    }
  },
  markdown {
    @Override
    public String write(Report report) {
      return MarkdownReport.of(report);
    }
  },
  mermaid {
    @Override
    public String write(Report report) {
      return MermaidReport.of(report);
    }
  },
  html {
    @Override
    public String write(Report report) {
      return HtmlReport.of(report);
    }
  },
  json {
    @Override
    public String write(Report report) {
      return JsonReport.of(report);
    }
  };

  /** The whole report. */
  public abstract String write(Report report);
}
