package dev.aftercommit.stack.demo;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** How many messages wait in the queues, asked of the broker by passive declaration. */
final class Queues {

  private Queues() {}

  /**
   * Messages ready in the consumers' queues.
   *
   * @throws IOException when the broker does not answer, or does not know a queue
   */
  static long waiting(Target target) throws IOException, TimeoutException {
    return sum(target, Topology.queues());
  }

  /** Messages in the dead-letter queues. */
  static long deadLettered(Target target) throws IOException, TimeoutException {
    List<String> queues = new ArrayList<>();
    Topology.queues().forEach(queue -> queues.add(Topology.deadLetterQueueOf(queue)));
    return sum(target, queues);
  }

  /** The broker's product and version. */
  static String brokerVersion(Target target) throws IOException, TimeoutException {
    try (Connection connection = target.broker()) {
      return "RabbitMQ " + connection.getServerProperties().get("version");
    }
  }

  private static long sum(Target target, List<String> queues) throws IOException, TimeoutException {
    try (Connection connection = target.broker();
        Channel channel = connection.createChannel()) {
      long sum = 0;
      for (String queue : queues) {
        sum += channel.queueDeclarePassive(queue).getMessageCount();
      }
      return sum;
    }
  }
}
