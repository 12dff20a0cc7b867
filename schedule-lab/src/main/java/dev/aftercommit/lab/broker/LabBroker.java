package dev.aftercommit.lab.broker;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.aftercommit.lab.UnusableServerException;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.amqp.AmqpGate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * The queues of a scenario at a broker, with the messages that every schedule begins with. Queues
 * keep their names, since programs have them fixed.
 *
 * <p>Not thread-safe.
 */
public final class LabBroker implements AutoCloseable {

  private static final Duration CONFIRM = Duration.ofSeconds(10);
  private static final Duration PUTTING_BACK = Duration.ofSeconds(10);

  private final InetSocketAddress server;
  private final String virtualHost;
  private final Map<String, List<String>> queues;
  private final List<String> declared = new ArrayList<>();
  private final List<String> found = new ArrayList<>();
  private final Connection connection;
  private final Channel channel;

  private LabBroker(
      ConnectionFactory factory, Map<String, List<String>> queues, Connection connection)
      throws IOException {
    this.server = new InetSocketAddress(factory.getHost(), factory.getPort());
    this.virtualHost = factory.getVirtualHost();
    this.queues = new LinkedHashMap<>(queues);
    this.connection = connection;
    this.channel = connection.createChannel();
  }

  /**
   * Declares the queues that are not there, as classic queues that do not survive the broker.
   *
   * @param address the broker's AMQP URI, with user and virtual host
   * @param queues for each queue the messages that {@link #restore} puts there, in their order
   * @throws UnusableServerException if there is such a queue with messages: the lab would lose them
   * @throws IOException if the broker refuses or cannot be reached
   */
  public static LabBroker open(URI address, Map<String, List<String>> queues) throws IOException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setAutomaticRecoveryEnabled(false);
    Connection connection;
    try {
      factory.setUri(address);
      connection = factory.newConnection("schedule-lab");
    } catch (GeneralSecurityException | TimeoutException e) {
      throw new IOException("Cannot connect to the broker at " + address.getHost(), e);
    }
    LabBroker broker = new LabBroker(factory, queues, connection);
    try {
      for (String queue : queues.keySet()) {
        broker.declare(queue);
      }
      broker.channel.confirmSelect();
      return broker;
    } catch (IOException | UnusableServerException e) {
      broker.close();
      throw e;
    }
  }

  private void declare(String queue) throws IOException {
    if (exists(queue)) {
      found.add(queue);
    } else {
      channel.queueDeclare(queue, false, false, false, Map.of());
      declared.add(queue);
    }
  }

  private boolean exists(String queue) throws IOException {
    Channel probe = connection.createChannel();
    try {
      long messages = probe.queueDeclarePassive(queue).getMessageCount();
      probe.close();
      if (messages > 0) {
        throw new UnusableServerException(
            "Queue '%s' was there before and has %d messages, which the lab would throw away; empty it or use another broker"
                .formatted(queue, messages));
      }
      return true;
    } catch (IOException e) {
      if (probe.isOpen()) {
        throw e;
      }
      // The broker closes a channel that asks for a queue that is not there.
      return false;
    } catch (TimeoutException e) {
      throw new IOException("The broker did not answer", e);
    }
  }

  /** Opens gates to this broker for actors whose code says when it waits for a message. */
  public Gate.Opener opener() {
    return AmqpGate.opener(server, virtualHost);
  }

  /** Opens gates to this broker for programs as they are. */
  public Gate.Opener openerForPrograms() {
    return AmqpGate.openerForPrograms(server, virtualHost);
  }

  /** Makes the queues as every schedule finds them. No actor may have a message in hand. */
  public void restore() throws IOException {
    for (Map.Entry<String, List<String>> queue : queues.entrySet()) {
      channel.queuePurge(queue.getKey());
      for (String message : queue.getValue()) {
        publish(queue.getKey(), message);
      }
    }
    try {
      channel.waitForConfirmsOrDie(CONFIRM.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while messages were put into queues", e);
    } catch (TimeoutException e) {
      throw new IOException("The broker has not confirmed messages within " + CONFIRM, e);
    }
  }

  private void publish(String queue, String message) throws IOException {
    channel.basicPublish("", queue, null, message.getBytes(StandardCharsets.UTF_8));
  }

  /** The messages of every queue as text, in their order; to be asked when nobody acts. */
  public Map<String, List<String>> contents() throws IOException {
    Map<String, List<String>> contents = new LinkedHashMap<>();
    for (String queue : queues.keySet()) {
      contents.put(queue, messages(queue));
    }
    return contents;
  }

  private List<String> messages(String queue) throws IOException {
    List<String> messages = new ArrayList<>();
    long last = 0;
    for (GetResponse next = channel.basicGet(queue, false);
        next != null;
        next = channel.basicGet(queue, false)) {
      messages.add(new String(next.getBody(), StandardCharsets.UTF_8));
      last = next.getEnvelope().getDeliveryTag();
    }
    if (last > 0) {
      // Back to where they were.
      channel.basicNack(last, true, true);
      awaitReady(queue, messages.size());
    }
    return messages;
  }

  /** The broker does not say when it has put messages back, and until then nobody gets them. */
  private void awaitReady(String queue, int count) throws IOException {
    long deadline = System.nanoTime() + PUTTING_BACK.toNanos();
    while (channel.messageCount(queue) < count) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "The broker has not put %d messages back into queue '%s' within %s"
                .formatted(count, queue, PUTTING_BACK));
      }
    }
  }

  /** Deletes the queues that it has declared and empties the others. */
  @Override
  public void close() throws IOException {
    try (connection) {
      for (String queue : declared) {
        channel.queueDelete(queue);
      }
      for (String queue : found) {
        channel.queuePurge(queue);
      }
    } catch (AlreadyClosedException e) {
      throw new IOException("The broker has ended the lab's connection", e);
    }
  }
}
