package dev.aftercommit.relay.publish;

import com.rabbitmq.client.Connection;
import dev.aftercommit.topology.Topology;
import java.io.IOException;

/**
 * The connection and the confirm channel that events leave by, which can be replaced by new ones
 * between two events. One thread uses it.
 *
 * @param <T> what the caller remembers a published event by
 */
public final class BrokerLink<T> implements AutoCloseable {

  private static final int CLOSE_MILLIS = 5_000;

  private final Connector connector;
  private final int window;
  private final Runnable onOutcome;
  private Connection connection;
  private ConfirmedPublisher<T> publisher;

  /** Gives connections to the broker, each the caller's to close. */
  @FunctionalInterface
  public interface Connector {
    Connection connect() throws IOException;
  }

  /**
   * Connects.
   *
   * @param window most events published and not yet answered
   * @param onOutcome called on the connection's thread when outcomes have arrived; must be quick
   */
  public BrokerLink(Connector connector, int window, Runnable onOutcome) throws IOException {
    this.connector = connector;
    this.window = window;
    this.onOutcome = onOutcome;
    this.connection = connector.connect();
    this.publisher = open(connection);
  }

  /** The present publisher. */
  public ConfirmedPublisher<T> publisher() {
    return publisher;
  }

  /** Replaces connection and channel; nothing may be unanswered. */
  public void renew() throws IOException {
    Connection renewed = connector.connect();
    ConfirmedPublisher<T> opened = open(renewed);
    connection.abort(CLOSE_MILLIS);
    connection = renewed;
    publisher = opened;
  }

  @Override
  public void close() {
    connection.abort(CLOSE_MILLIS);
  }

  private ConfirmedPublisher<T> open(Connection opened) throws IOException {
    try {
      return new ConfirmedPublisher<>(opened, Topology.EVENTS_EXCHANGE, window, onOutcome);
    } catch (IOException | RuntimeException e) {
      opened.abort(CLOSE_MILLIS);
      throw e;
    }
  }
}
