package dev.aftercommit.lab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aftercommit.lab.observe.Observation;
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
    root.put("token", report.replay().token());
    root.put("replay", report.replay().command());
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
      moments(root.putArray("moments"), report);
      ArrayNode broken = root.putArray("broken");
      shown.outcome().broken().forEach(broken::add);
      root.put("end", shown.outcome().state());
      shown.failures().forEach(root.putArray("failures")::add);
      if (shown.outcome().fails()) {
        root.put("why", Anomaly.explain(report, shown));
      }
    }
    return write(root);
  }

  private static void rows(ArrayNode rows, Found shown) {
    for (Row row : Row.of(shown.run().events())) {
      ObjectNode node = rows.addObject();
      node.put("moment", row.moment())
          .put("follows", row.follows())
          .put("actor", row.actor())
          .put("kind", row.kind().name())
          .put("text", row.text())
          .put("result", row.result());
      row.others().forEach(node.putArray("others")::add);
    }
  }

  /** Before the first step and after each: the changed rows, all locks, the cache, the queues. */
  private static void moments(ArrayNode moments, Report report) {
    Surroundings surroundings = report.surroundings();
    for (int moment = 0; moment < report.observations().size(); moment++) {
      Observation seen = report.observations().get(moment);
      ObjectNode node = moments.addObject();
      ObjectNode committed = node.putObject("committed");
      surroundings
          .at(Surroundings.Column.COMMITTED, moment)
          .forEach(item -> committed.put(item.name(), item.value()));
      node.set("locks", MAPPER.valueToTree(seen.locks()));
      node.set("cache", MAPPER.valueToTree(seen.cache()));
      node.set("queues", MAPPER.valueToTree(seen.queues()));
    }
  }

  private static String write(ObjectNode root) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A report of texts and numbers cannot be written", e);
    }
  }
}
