package dev.aftercommit.aggregator.parked;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of parked messages, oldest first.
 *
 * @param next give it as {@code after} for the next page; absent on the last one
 */
public record ParkedPage(List<ParkedItem> items, @Nullable String next) {}
