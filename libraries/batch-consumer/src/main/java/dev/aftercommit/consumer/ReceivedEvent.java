package dev.aftercommit.consumer;

import dev.aftercommit.events.Event;
import java.util.UUID;

/**
 * An event and the id that every repetition of it has.
 *
 * @param id the CloudEvents id
 */
public record ReceivedEvent(UUID id, Event event) {}
