package dev.aftercommit.stack.demo;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** What is done to the relays' connections, on both sides, while they stay alive. */
final class RelayFaults {

  /** How often all database sessions of the relays are ended. */
  static final int SESSION_ENDS = 20;

  /** How long the broker refuses every event. */
  static final Duration REFUSAL = Duration.ofSeconds(5);

  /** Less than a relay's longest pause, so that sessions end while they begin, too. */
  private static final Duration BETWEEN_ENDS = Duration.ofMillis(200);

  private static final Duration CONFIRM_LIMIT = Duration.ofSeconds(10);
  private static final String FULL_QUEUE = "demo.full";

  private static final String END_SESSIONS =
      "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity"
          + " WHERE usename = 'outbox_relay'";

  private final Target target;
  private final Sql sql;

  RelayFaults(Target target) {
    this.target = target;
    this.sql = new Sql(target);
  }

  /** Ends all database sessions of all relays, again and again; returns how many that were. */
  String endSessions() throws SQLException, InterruptedException {
    long ended = 0;
    for (int i = 0; i < SESSION_ENDS; i++) {
      ended += sql.number("employee", END_SESSIONS);
      Thread.sleep(BETWEEN_ENDS);
    }
    if (ended == 0) {
      throw new IllegalStateException(
          "the relays had no session in %d looks".formatted(SESSION_ENDS));
    }
    return "%,d ".formatted(ended);
  }

  /**
   * Lets the broker refuse (nack) every event: one more queue takes the events, is full, and
   * rejects what is published to it; then it is deleted.
   */
  void refuseEvents() throws IOException, TimeoutException, InterruptedException {
    try (Connection connection = target.broker();
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(
          FULL_QUEUE, false, true, true, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
      channel.confirmSelect();
      if (!isTaken(channel)) {
        throw new IllegalStateException("a new queue took no message");
      }
      channel.queueBind(FULL_QUEUE, Topology.EVENTS_EXCHANGE, "#");
      Thread.sleep(REFUSAL);
      if (isTaken(channel)) {
        throw new IllegalStateException("the queue that was to refuse events took one");
      }
      channel.queueDelete(FULL_QUEUE);
    }
  }

  private static boolean isTaken(Channel channel)
      throws IOException, InterruptedException, TimeoutException {
    channel.basicPublish("", FULL_QUEUE, null, new byte[0]);
    return channel.waitForConfirms(CONFIRM_LIMIT.toMillis());
  }
}
