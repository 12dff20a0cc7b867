package dev.aftercommit.consumer;

import org.jspecify.annotations.Nullable;

/**
 * A message as it came, nothing checked.
 *
 * @param type the CloudEvents type header; absent when it had none
 * @param eventId the CloudEvents id header, else the AMQP message id; absent when it had neither
 * @param body the data
 * @param redelivered whether the broker says that it may have delivered this message before
 */
@SuppressWarnings("ArrayRecordComponent") // carried from the broker to the reader, never compared
public record RawMessage(
    @Nullable String type, @Nullable String eventId, byte[] body, boolean redelivered) {}
