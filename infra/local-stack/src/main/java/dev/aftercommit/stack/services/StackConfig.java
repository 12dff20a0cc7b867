package dev.aftercommit.stack.services;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Stack#start} shall start.
 *
 * @param repository where the built services are
 * @param keptFolder the folder whose data outlives the stack, with the services on their default
 *     ports where these are free; null for temporary data and any free ports
 * @param relays how many instances of outbox-relay
 * @param aggregators how many instances of salary-aggregator
 * @param install whether missing servers are installed with the system's package manager
 * @param management whether RabbitMQ's management page is served
 * @param brief whether the stack lives for a minute or so; its services then compile their code
 *     once and quickly, since the optimizing compiler would cost more than it could save in that
 *     time
 * @param relaySettings environment variables of the relays, beyond where their servers are
 * @param progress receives one line of text per step, for people
 */
public record StackConfig(
    Repository repository,
    @Nullable Path keptFolder,
    int relays,
    int aggregators,
    boolean install,
    boolean management,
    boolean brief,
    Map<String, String> relaySettings,
    Consumer<String> progress) {

  public StackConfig {
    relaySettings = Map.copyOf(relaySettings);
    if (relays < 1 || aggregators < 1) {
      throw new IllegalArgumentException(
          "A stack needs at least one relay and one aggregator, not %d and %d"
              .formatted(relays, aggregators));
    }
  }

  /** Relays as they are by default. */
  public StackConfig(
      Repository repository,
      @Nullable Path keptFolder,
      int relays,
      int aggregators,
      boolean install,
      boolean management,
      boolean brief,
      Consumer<String> progress) {
    this(
        repository,
        keptFolder,
        relays,
        aggregators,
        install,
        management,
        brief,
        Map.of(),
        progress);
  }
}
