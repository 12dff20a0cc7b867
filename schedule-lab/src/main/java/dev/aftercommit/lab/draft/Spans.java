package dev.aftercommit.lab.draft;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of OpenTelemetry: who asked for a transaction, and what else was done for it. */
final class Spans {

  /** Clocks of two machines are seldom closer. */
  private static final double SKEW_MILLIS = 5;

  /** As sqlcommenter writes it. */
  private static final Pattern TRACEPARENT =
      Pattern.compile("traceparent\\s*=\\s*'?[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

  /**
   * A span.
   *
   * @param system what it talked to, as {@code postgresql}, {@code redis}, {@code rabbitmq}; else
   *     empty
   * @param text the query or command; else its name
   */
  record Span(
      String trace,
      String id,
      String parent,
      String name,
      String system,
      String text,
      double begin,
      double end) {}

  private final Map<String, List<Span>> traces = new TreeMap<>();
  private final Map<String, List<Span>> queries = new HashMap<>();

  private Spans() {}

  static Spans none() {
    return new Spans();
  }

  /**
   * Reads OTLP/JSON: one export after the other, as the collector's file exporter writes them.
   *
   * @throws DraftException if the file holds no spans
   */
  static Spans read(Path file) throws IOException {
    Spans spans = new Spans();
    ObjectMapper mapper = new ObjectMapper();
    try (MappingIterator<JsonNode> exports =
        mapper.readerFor(JsonNode.class).readValues(file.toFile())) {
      while (exports.hasNextValue()) {
        for (JsonNode span : exports.nextValue().findValues("spans")) {
          span.forEach(spans::add);
        }
      }
    } catch (JacksonException e) {
      throw new DraftException("%s is no OTLP/JSON: %s".formatted(file, e.getOriginalMessage()));
    }
    if (spans.traces.isEmpty()) {
      throw new DraftException(
          "%s holds no spans: expected OTLP/JSON, {\"resourceSpans\": [...]}".formatted(file));
    }
    return spans;
  }

  private void add(JsonNode node) {
    Map<String, String> attributes = new HashMap<>();
    for (JsonNode attribute : node.path("attributes")) {
      attributes.put(
          attribute.path("key").asText(), attribute.path("value").path("stringValue").asText(""));
    }
    String name = node.path("name").asText();
    String system = first(attributes, "db.system.name", "db.system", "messaging.system");
    String text = first(attributes, "db.query.text", "db.statement");
    Span span =
        new Span(
            node.path("traceId").asText(),
            node.path("spanId").asText(),
            node.path("parentSpanId").asText(""),
            name,
            system,
            text.isEmpty() ? name : text,
            node.path("startTimeUnixNano").asLong() / 1e6,
            node.path("endTimeUnixNano").asLong() / 1e6);
    traces.computeIfAbsent(span.trace(), id -> new ArrayList<>()).add(span);
    if (system.equals("postgresql")) {
      queries
          .computeIfAbsent(SqlText.of(span.text()).shape(), shape -> new ArrayList<>())
          .add(span);
    }
  }

  private static String first(Map<String, String> attributes, String... names) {
    for (String name : names) {
      String value = attributes.getOrDefault(name, "");
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }

  /**
   * The trace of a transaction: the one a comment names, or the only one whose spans hold all its
   * statements at their times; empty if there is none.
   */
  String traceOf(LoggedTransaction transaction) {
    Set<String> candidates = null;
    for (LoggedStatement statement : transaction.data()) {
      Matcher comment = TRACEPARENT.matcher(statement.sql().comments());
      if (comment.find()) {
        return comment.group(1);
      }
      Set<String> here = new HashSet<>();
      for (Span span : queries.getOrDefault(statement.shape(), List.of())) {
        boolean holds =
            span.begin() <= statement.interval().begin() + SKEW_MILLIS
                && statement.interval().end() <= span.end() + SKEW_MILLIS;
        if (holds) {
          here.add(span.trace());
        }
      }
      if (candidates == null) {
        candidates = here;
      } else {
        candidates.retainAll(here);
      }
    }
    return candidates != null && candidates.size() == 1 ? candidates.iterator().next() : "";
  }

  /** What a trace was begun for; empty if that is not known. */
  String nameOf(String trace) {
    List<Span> spans = traces.getOrDefault(trace, List.of());
    Set<String> ids = new HashSet<>();
    spans.forEach(span -> ids.add(span.id()));
    return spans.stream()
        .filter(span -> !ids.contains(span.parent()))
        .min(Comparator.comparingDouble(Span::begin))
        .map(Span::name)
        .orElse("");
  }

  /** What a trace did elsewhere than in PostgreSQL: caches and queues. */
  List<Span> elsewhere(String trace) {
    return traces.getOrDefault(trace, List.of()).stream()
        .filter(span -> !span.system().isEmpty() && !span.system().equals("postgresql"))
        .sorted(Comparator.comparingDouble(Span::begin))
        .toList();
  }
}
