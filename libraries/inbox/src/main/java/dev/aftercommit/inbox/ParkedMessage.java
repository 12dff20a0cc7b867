package dev.aftercommit.inbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that could not be read or applied.
 *
 * @param id number in this service's list
 * @param reason category, for example {@code MISSING_FIELD}
 * @param detail what was expected and what was found
 * @param type the CloudEvents type it came with; absent when it had none
 * @param eventId the id it came with; absent when it had none
 * @param body the data, whole
 * @param parkedAt when, in database time
 */
@SuppressWarnings("ArrayRecordComponent") // stored and shown, never compared
public record ParkedMessage(
    long id,
    String reason,
    String detail,
    @Nullable String type,
    @Nullable String eventId,
    byte[] body,
    Instant parkedAt) {}
