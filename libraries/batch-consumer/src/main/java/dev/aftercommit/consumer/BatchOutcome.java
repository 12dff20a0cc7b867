package dev.aftercommit.consumer;

import java.util.List;

/**
 * What a committed batch did.
 *
 * @param applied events that were new
 * @param duplicates messages that had been applied or parked before, and were ignored
 * @param parked the messages that were parked
 */
public record BatchOutcome(
    List<ReceivedEvent> applied, int duplicates, List<Reading.Unreadable> parked) {}
