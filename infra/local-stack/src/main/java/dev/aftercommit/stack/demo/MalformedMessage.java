package dev.aftercommit.stack.demo;

import com.rabbitmq.client.AMQP;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message that no consumer can read.
 *
 * @param reason what a consumer must park it under
 * @param type its CloudEvents type; null for a message without any header
 */
@SuppressWarnings("ArrayRecordComponent") // published, never compared
record MalformedMessage(String reason, @Nullable String type, byte[] body) {

  private static final String EMPLOYEE_CHANGED = "dev.aftercommit.employee.changed.v1";
  private static final int OVERSIZED_BYTES = 300 * 1024;

  /** Ten of them, each wrong in its own way. Their employees carry the mark. */
  static List<MalformedMessage> ten(String mark) {
    String good = event(mark, "5200.00", "7");
    List<MalformedMessage> all = new ArrayList<>();
    all.add(of("MALFORMED", EMPLOYEE_CHANGED, "{ this is not JSON, " + mark));
    all.add(of("MALFORMED", EMPLOYEE_CHANGED, good.substring(0, good.length() - 10)));
    all.add(of("MISSING_FIELD", EMPLOYEE_CHANGED, good.replace("\"salary\":5200.00,", "")));
    all.add(of("MISSING_FIELD", EMPLOYEE_CHANGED, event(mark, "null", "7")));
    all.add(of("INVALID_FIELD", EMPLOYEE_CHANGED, event(mark, "\"plenty\"", "7")));
    all.add(of("INVALID_FIELD", EMPLOYEE_CHANGED, event(mark, "5200.00", "-7")));
    all.add(of("UNKNOWN_TYPE", "com.example.weather.changed.v1", good));
    all.add(of("UNKNOWN_VERSION", "dev.aftercommit.employee.changed.v9", good));
    all.add(of("TOO_LARGE", EMPLOYEE_CHANGED, good + " ".repeat(OVERSIZED_BYTES)));
    all.add(of("MISSING_TYPE", null, good));
    return all;
  }

  /** Its properties: those of an event, as far as it claims to be one. */
  AMQP.BasicProperties properties() {
    String id = UUID.randomUUID().toString();
    AMQP.BasicProperties.Builder properties =
        new AMQP.BasicProperties.Builder()
            .deliveryMode(2)
            .contentType("application/json")
            .messageId(id);
    if (type == null) {
      return properties.build();
    }
    Map<String, Object> headers = new HashMap<>();
    headers.put("cloudEvents:specversion", "1.0");
    headers.put("cloudEvents:id", id);
    headers.put("cloudEvents:source", "/demo");
    headers.put("cloudEvents:type", type);
    headers.put("cloudEvents:subject", "employee/nobody");
    return properties.headers(headers).build();
  }

  private static MalformedMessage of(String reason, @Nullable String type, String body) {
    return new MalformedMessage(reason, type, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String event(String mark, String salary, String version) {
    return """
    {"employee":"malformed-%s","name":"Nobody","email":null,"department":"1","salary":%s,\
    "currency":"EUR","version":%s,"change":"SALARY_CHANGED","occurredAt":"2026-01-01T00:00:00Z"}"""
        .formatted(mark, salary, version);
  }
}
