package dev.aftercommit.lab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.postgres.SqlStep;
import dev.aftercommit.lab.search.Found;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One file that loads nothing: a drawing, which the arrow keys step through, and beside it the
 * statement, its parameters and its answer in full.
 */
final class HtmlReport {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int END = 120;

  private final Report report;
  private final StringBuilder text = new StringBuilder();

  private HtmlReport(Report report) {
    this.report = report;
  }

  static String of(Report report) {
    Found shown = report.shown();
    List<Row> rows = shown == null ? List.of() : Row.of(shown.run().events());
    SvgDiagram diagram = new SvgDiagram(report);
    String svg = diagram.draw(rows);
    return template()
        .replace("@TITLE@", Html.escape(report.name() + ", " + report.level()))
        .replace("@NAME@", Html.escape(report.name()))
        .replace("@LEVEL@", Html.escape(report.level()))
        .replace("@VERDICT@", report.exploration().verdict().name())
        .replace("@HEADLINE@", Html.escape(report.headline()))
        .replace("@WIDTH@", Integer.toString(diagram.width()))
        .replace("@HEIGHT@", Integer.toString(diagram.height()))
        .replace("@TEXT@", new HtmlReport(report).text())
        .replace("@STEPS@", steps(rows))
        .replace("@SVG@", svg);
  }

  private String text() {
    Found shown = report.shown();
    if (shown != null) {
      shown.outcome().broken().forEach(broken -> paragraph("broken", "Broken: " + broken));
      if (shown.outcome().fails()) {
        paragraph("why", "Why: " + Anomaly.explain(report, shown));
      }
      paragraph("end", "End: " + shown.outcome().state());
      shown.failures().forEach(failure -> paragraph("end", failure));
    }
    paragraph("about", report.description());
    outcomes();
    paragraph("token", report.replay().command());
    return text.toString();
  }

  private void outcomes() {
    List<Outcomes.Line> lines = Outcomes.of(report.exploration(), END);
    if (!lines.isEmpty()) {
      text.append("<table class=\"outcomes\"><tr><th>schedules</th><th></th><th>end</th></tr>\n");
      for (Outcomes.Line line : lines) {
        text.append(
            "<tr class=\"%2$s\"><td>%1$d</td><td>%2$s</td><td>%3$s</td></tr>%n"
                .formatted(line.schedules(), line.verdict(), Html.escape(line.end())));
      }
      text.append("</table>\n");
    }
  }

  private void paragraph(String style, String content) {
    if (!content.isEmpty()) {
      text.append("<p class=\"%s\">%s</p>%n".formatted(style, Html.escape(content)));
    }
  }

  /** What the page tells of each row. */
  private static String steps(List<Row> rows) {
    ArrayNode steps = MAPPER.createArrayNode();
    for (Row row : rows) {
      ObjectNode step = steps.addObject();
      step.put("actor", row.actor());
      step.put("time", row.moment());
      step.put("kind", row.kind().name());
      ArrayNode parameters = step.putArray("parameters");
      if (row.step() instanceof SqlStep sql) {
        step.put("done", sql.sql().strip());
        sql.parameters().forEach(parameters::add);
      } else {
        step.put("done", row.step().text());
      }
      Reply reply = row.reply();
      step.put("result", row.result());
      if (reply != null) {
        step.set("reply", MAPPER.valueToTree(reply));
      }
    }
    try {
      // A page ends its script at the first "</script", wherever it stands.
      return MAPPER.writeValueAsString(steps).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Steps of texts and numbers cannot be written", e);
    }
  }

  private static String template() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("schedule.html")) {
      if (in == null) {
        throw new IllegalStateException("The lab lacks its own resource schedule.html");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
