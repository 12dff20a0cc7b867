package dev.aftercommit.lab.scenario;

import com.rabbitmq.client.CancelCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A session's channel to the broker; a new one when the last one was lost. */
public final class QueueLink implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ConnectionFactory factory;
  private final @Nullable String consumes;
  private final BlockingQueue<Delivery> delivered = new LinkedBlockingQueue<>();
  private @Nullable Channel channel;
  private @Nullable Delivery inHand;

  /**
   * A link that is not connected yet.
   *
   * @param factory connects to the session's gate
   * @param consumes the queue whose messages the session takes, one at a time; null for none
   */
  public QueueLink(ConnectionFactory factory, @Nullable String consumes) {
    this.factory = factory;
    this.consumes = consumes;
  }

  /** Connects if there is no connection, and gives back what a run before has left in hand. */
  public void prepare() {
    try {
      Channel open = connect();
      Delivery left = inHand;
      if (left != null && consumes != null) {
        open.basicNack(left.getEnvelope().getDeliveryTag(), false, true);
        // The broker has seen what came before on this channel when it answers.
        open.queueDeclarePassive(consumes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("A session lost the broker between two schedules", e);
    }
    inHand = null;
    delivered.clear();
  }

  /** The channel; connects if there is none, or the last one was lost. */
  public Channel connect() throws IOException {
    Channel current = channel;
    if (current != null && current.isOpen()) {
      return current;
    }
    inHand = null;
    delivered.clear();
    try {
      Connection connection = factory.newConnection();
      Channel fresh = connection.createChannel();
      fresh.confirmSelect();
      if (consumes != null) {
        fresh.basicQos(1);
        CancelCallback cancelled = tag -> {};
        fresh.basicConsume(consumes, false, (tag, message) -> delivered.add(message), cancelled);
      }
      channel = fresh;
      return fresh;
    } catch (TimeoutException e) {
      throw new IOException("The broker did not answer", e);
    }
  }

  /** Sends a message to a queue and waits until the broker has confirmed it. */
  void publish(String queue, String body) throws StepFailure, InterruptedException {
    try {
      Channel open = connect();
      open.basicPublish("", queue, null, body.getBytes(StandardCharsets.UTF_8));
      if (!open.waitForConfirms(PATIENCE.toMillis())) {
        throw new StepFailure("nack", new IOException("The broker refused the message"));
      }
    } catch (IOException | ShutdownSignalException e) {
      throw lost(e);
    } catch (TimeoutException e) {
      throw new StepFailure("no-confirm", e);
    }
  }

  /** The message that the gate has passed on just now. */
  public String take() throws StepFailure, InterruptedException {
    Delivery next = delivered.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    if (next == null) {
      throw lost(new IOException("What the gate passed on did not arrive"));
    }
    inHand = next;
    return new String(next.getBody(), StandardCharsets.UTF_8);
  }

  /** Acknowledges the message in hand, or gives it back. */
  public void settle(boolean acknowledge) throws StepFailure {
    Delivery message = inHand;
    Channel open = channel;
    if (message == null || open == null) {
      throw lost(new IOException("There is no message in hand"));
    }
    try {
      long tag = message.getEnvelope().getDeliveryTag();
      if (acknowledge) {
        open.basicAck(tag, false);
      } else {
        open.basicNack(tag, false, true);
      }
      inHand = null;
      // The client does not wait for it; the session shall not go on before it is through.
      open.queueDeclarePassive(String.valueOf(consumes));
    } catch (IOException | ShutdownSignalException e) {
      throw lost(e);
    }
  }

  private static StepFailure lost(Exception e) {
    return new StepFailure("connection-lost", e);
  }

  @Override
  public void close() {
    Channel open = channel;
    if (open != null) {
      // Whether the broker agrees does not matter any more.
      open.getConnection().abort();
      channel = null;
    }
  }
}
