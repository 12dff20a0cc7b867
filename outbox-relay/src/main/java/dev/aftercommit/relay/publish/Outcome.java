package dev.aftercommit.relay.publish;

import org.jspecify.annotations.Nullable;

/**
 * What the broker said of one published event.
 *
 * @param tag what the caller gave along
 * @param refusal null when the broker has taken the event; else why it has not
 */
public record Outcome<T>(T tag, @Nullable String refusal) {}
