package dev.aftercommit.consumer;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.aftercommit.consumer.Reading.Unreadable;
import dev.aftercommit.topology.Topology;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Parks what the broker gave up on, so that one list holds all that did not take effect, and one
 * command tries it again. Nothing of it is applied here: what ten consumers died of would kill this
 * one too.
 */
@Singleton
class DeadLetters {

  /** Reason of a message that was delivered again and again and never acknowledged. */
  static final String DEAD_LETTERED = "DEAD_LETTERED";

  private static final Logger LOG = Logger.getLogger(DeadLetters.class);

  private final DeliveryChannels channels;
  private final BatchSettler settler;
  private final ConsumerConfig config;
  private final String queue;

  DeadLetters(
      DeliveryChannels channels,
      BatchSettler settler,
      ConsumerConfig config,
      @ConfigProperty(name = "mp.messaging.incoming.employee-events.queue.name") String queue) {
    this.channels = channels;
    this.settler = settler;
    this.config = config;
    this.queue = Topology.deadLetterQueueOf(queue);
  }

  /** Looks for dead letters while the consumer is connected; costs nothing in the database. */
  @Scheduled(every = "{consumer.dead-letter-check}", concurrentExecution = ConcurrentExecution.SKIP)
  void park() throws InterruptedException {
    try {
      Optional<Channel> opened = channels.open();
      if (opened.isPresent()) {
        try (Channel channel = opened.get()) {
          park(channel);
        }
      }
    } catch (IOException | TimeoutException | AlreadyClosedException e) {
      LOG.infof("what is in %s is looked at another time: %s", queue, e);
    }
  }

  /** Ends with a look that finds nothing: by then the broker has every acknowledgement. */
  private void park(Channel channel) throws IOException, InterruptedException {
    List<GetResponse> letters = take(channel);
    while (!letters.isEmpty()) {
      settler.settle(letters.stream().map(DeadLetters::read).toList());
      channel.basicAck(letters.getLast().getEnvelope().getDeliveryTag(), true);
      LOG.warnf("parked %d messages that the broker gave up on", letters.size());
      letters = take(channel);
    }
  }

  private List<GetResponse> take(Channel channel) throws IOException {
    List<GetResponse> letters = new ArrayList<>();
    GetResponse next = channel.basicGet(queue, false);
    while (next != null) {
      letters.add(next);
      next = letters.size() < config.batchSize() ? channel.basicGet(queue, false) : null;
    }
    return letters;
  }

  private static Reading read(GetResponse letter) {
    RawMessage message =
        Delivery.message(letter.getProps(), letter.getBody(), letter.getEnvelope().isRedeliver());
    return new Unreadable(message, DEAD_LETTERED, whyOf(letter.getProps().getHeaders()));
  }

  /** The newest entry of the history that the broker keeps in the header {@code x-death}. */
  private static String whyOf(@Nullable Map<String, Object> headers) {
    if (headers != null
        && headers.get("x-death") instanceof List<?> deaths
        && !deaths.isEmpty()
        && deaths.getFirst() instanceof Map<?, ?> death
        && death.get("time") instanceof Date time) {
      return "no consumer acknowledged it; x-death: %s in queue %s at %s"
          .formatted(death.get("reason"), death.get("queue"), time.toInstant());
    }
    return "put into the dead-letter queue by somebody else than the broker: it has no x-death";
  }
}
