package dev.aftercommit.relay.backlog;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits in the outbox.
 *
 * @param pending events committed and not known to be confirmed
 * @param oldestAgeMillis age of the oldest of them, 0 when none waits
 * @param published events confirmed by the broker so far, without repetitions after a crash
 * @param parked events set aside because the broker refused them, or because they stand behind such
 *     a one
 * @param shards the same per shard, with its owner
 */
public record Backlog(
    long pending, long oldestAgeMillis, long published, long parked, List<Shard> shards) {

  /**
   * One shard.
   *
   * @param owner the relay that owns it; absent when nobody does
   * @param epoch how often it has changed hands
   * @param leaseUntil until when the owner's lease runs, in database time
   */
  public record Shard(
      short shard,
      @Nullable String owner,
      long epoch,
      @Nullable Instant leaseUntil,
      long pending,
      long published) {}

  static Backlog of(List<Shard> shards, long oldestAgeMillis, long parked) {
    return new Backlog(
        shards.stream().mapToLong(Shard::pending).sum(),
        oldestAgeMillis,
        shards.stream().mapToLong(Shard::published).sum(),
        parked,
        shards);
  }
}
