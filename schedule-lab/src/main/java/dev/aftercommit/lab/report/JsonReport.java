package dev.aftercommit.lab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Found;

/** A report for programs. */
final class JsonReport {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonReport() {}

  static String of(Report report) {
    Exploration exploration = report.exploration();
    ObjectNode root = MAPPER.createObjectNode();
    root.put("scenario", report.name());
    root.put("level", report.level());
    root.put("verdict", exploration.verdict().name());
    root.put("headline", report.headline());
    root.put("schedules", exploration.schedules());
    root.put("failing", exploration.failing());
    root.put("cut", exploration.cut());
    root.put("reduced", exploration.reduced());
    root.put("runs", exploration.runs());
    root.put("millis", exploration.time().toMillis());
    root.put("token", report.token());
    ArrayNode actors = root.putArray("actors");
    report.actors().forEach(actors::add);
    ArrayNode outcomes = root.putArray("outcomes");
    exploration
        .outcomes()
        .forEach(
            (outcome, count) ->
                outcomes
                    .addObject()
                    .put("schedules", count)
                    .put("fails", outcome.fails())
                    .put("end", outcome.state()));
    Found shown = report.shown();
    if (shown != null) {
      rows(root.putArray("rows"), shown);
      ArrayNode broken = root.putArray("broken");
      shown.outcome().broken().forEach(broken::add);
      if (shown.outcome().fails()) {
        root.put("why", Anomaly.explain(shown.run().events()));
      }
    }
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A report of texts and numbers cannot be written", e);
    }
  }

  private static void rows(ArrayNode rows, Found shown) {
    for (Row row : Row.of(shown.run().events())) {
      rows.addObject()
          .put("time", row.time())
          .put("actor", row.actor())
          .put("kind", row.kind().name())
          .put("text", row.text())
          .put("result", row.result())
          .put("other", row.other());
    }
  }
}
