package dev.aftercommit.benchmarks;

import dev.aftercommit.stack.servers.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Looks for the effects: each committed id must be in the aggregator's inbox. Times are those of
 * the commits, as PostgreSQL recorded them on both sides.
 */
final class Effects {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final String COMMITS =
      "SELECT event_id, extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1e6 FROM outbox.event"
          + " WHERE event_id = ANY (?)";

  private static final String EFFECTS =
      "SELECT event_id, extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1e6 FROM inbox.message"
          + " WHERE event_id = ANY (?)";

  private static final String COUNT = "SELECT count(*) FROM inbox.message WHERE event_id = ANY (?)";

  private static final String MISSING =
      "SELECT id FROM unnest(?::uuid[]) AS id WHERE id NOT IN (SELECT event_id FROM inbox.message)";

  private static final String COMMITTED =
      "SELECT concat_ws(' ', count(*), 'in the outbox at positions', min(position), 'to',"
          + " max(position), 'committed from', min(occurred_at), 'to', max(occurred_at)) FROM"
          + " outbox.event WHERE event_id = ANY (?)";

  private static final String PARKED_BY_RELAY =
      "SELECT concat_ws(' ', count(*), 'parked by the relay', min(reason)) FROM"
          + " outbox.parked_event WHERE event_id = ANY (?)";

  private static final String PARKED_BY_AGGREGATOR =
      "SELECT concat_ws(' ', count(*), 'parked by the aggregator', min(reason), min(detail)) FROM"
          + " inbox.parked_message WHERE event_id = ANY (?::uuid[]::text[])";

  private final PostgresServer postgres;

  Effects(PostgresServer postgres) {
    this.postgres = postgres;
  }

  /**
   * When things became visible.
   *
   * @param everyIdOnce whether exactly the given ids were found, on both sides
   * @param effectsPerSecond from the first effect to the last
   * @param tailMillis from the last commit to the last effect
   */
  record Timing(
      boolean everyIdOnce,
      double effectsPerSecond,
      double p50Millis,
      double p99Millis,
      double maxMillis,
      double tailMillis) {}

  /**
   * Waits until all are applied.
   *
   * @throws IllegalStateException when some are missing after three minutes
   */
  Timing await(Collection<UUID> ids) throws SQLException, InterruptedException {
    UUID[] wanted = ids.toArray(UUID[]::new);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try (Connection aggregator = postgres.connectAsSuperuser("aggregator");
        Connection employee = postgres.connectAsSuperuser("employee")) {
      // Looking costs CPU that the measured processes need, so first look at a sample.
      UUID[] last = Arrays.copyOfRange(wanted, Math.max(0, wanted.length - 50), wanted.length);
      if (!isComplete(aggregator, last, deadline) || !isComplete(aggregator, wanted, deadline)) {
        throw new IllegalStateException(
            "events had no effect within %s: %s"
                .formatted(LIMIT, whereAreThey(aggregator, employee, wanted)));
      }
      return timing(read(employee, COMMITS, wanted), read(aggregator, EFFECTS, wanted), wanted);
    }
  }

  /** Waits for all to be applied; false when that takes too long. */
  private static boolean isComplete(Connection aggregator, UUID[] wanted, long deadline)
      throws SQLException, InterruptedException {
    while (count(aggregator, wanted) < wanted.length) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(PAUSE);
    }
    return true;
  }

  private static String whereAreThey(Connection aggregator, Connection employee, UUID[] wanted)
      throws SQLException {
    List<UUID> missing = new ArrayList<>();
    try (PreparedStatement select = aggregator.prepareStatement(MISSING)) {
      select.setArray(1, aggregator.createArrayOf("uuid", wanted));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          missing.add(rows.getObject(1, UUID.class));
        }
      }
    }
    return String.join(
        ", ",
        "%d of %d missing".formatted(missing.size(), wanted.length),
        say(employee, COMMITTED, missing),
        say(employee, PARKED_BY_RELAY, missing),
        say(aggregator, PARKED_BY_AGGREGATOR, missing));
  }

  private static String say(Connection connection, String sql, List<UUID> ids) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private static Timing timing(
      Map<UUID, Double> commits, Map<UUID, Double> effects, UUID[] wanted) {
    boolean everyIdOnce = commits.size() == wanted.length && effects.size() == wanted.length;
    double[] latencies =
        commits.entrySet().stream()
            .filter(commit -> effects.containsKey(commit.getKey()))
            .mapToDouble(
                commit -> (effects.getOrDefault(commit.getKey(), 0.0) - commit.getValue()) / 1e3)
            .sorted()
            .toArray();
    double firstEffect = effects.values().stream().mapToDouble(v -> v).min().orElseThrow();
    double lastEffect = effects.values().stream().mapToDouble(v -> v).max().orElseThrow();
    double lastCommit = commits.values().stream().mapToDouble(v -> v).max().orElseThrow();
    return new Timing(
        everyIdOnce,
        wanted.length / ((lastEffect - firstEffect) / 1e6),
        percentile(latencies, 0.50),
        percentile(latencies, 0.99),
        latencies[latencies.length - 1],
        (lastEffect - lastCommit) / 1e3);
  }

  private static double percentile(double[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(sorted.length * share))];
  }

  private static long count(Connection connection, UUID[] ids) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(COUNT)) {
      select.setArray(1, connection.createArrayOf("uuid", ids));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static Map<UUID, Double> read(Connection connection, String sql, UUID[] ids)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setArray(1, connection.createArrayOf("uuid", ids));
      try (ResultSet rows = select.executeQuery()) {
        Map<UUID, Double> micros = HashMap.newHashMap(ids.length);
        while (rows.next()) {
          micros.put(rows.getObject(1, UUID.class), rows.getDouble(2));
        }
        return micros;
      }
    }
  }
}
