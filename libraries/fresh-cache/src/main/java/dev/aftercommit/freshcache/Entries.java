package dev.aftercommit.freshcache;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The entries of one cache in Redis. */
final class Entries {

  private static final int HIT = 1;
  private static final int LEASED = 2;
  private static final int CORRUPT = 1;

  private final RedisLink link;
  private final Keys keys;
  private final Words words;
  private final Duration leaseTtl;

  Entries(RedisLink link, Keys keys, Words words, Duration leaseTtl) {
    this.link = link;
    this.keys = keys;
    this.words = words;
    this.leaseTtl = leaseTtl;
  }

  /** What a read found. */
  sealed interface Answer {}

  /** An entry of the present generation, or null when what is there is none. */
  record Found(@Nullable Entry entry) implements Answer {}

  /** Nothing, and the right to fill it once. */
  record Leased(String token, String generation, boolean corrupt) implements Answer {}

  /** Nothing, and another reader has the right to fill it. */
  record Busy(boolean corrupt) implements Answer {}

  /**
   * Looks for an entry; no script, since this is what nearly all reads do. The generation is read
   * first, so an entry that carries it was not dropped before the read began.
   *
   * @return null when there is none, or Redis is not to be asked or did not answer in time
   */
  @Nullable Found find(Budget budget, String key) {
    Response answer =
        link.ask(
            budget, Request.cmd(Command.MGET).arg(keys.generation()).arg(keys.entry(key)), null);
    if (answer == null || answer.get(0) == null || answer.get(1) == null) {
      return null;
    }
    Entry entry = Entry.parse(answer.get(1).toBytes());
    boolean present =
        entry == null
            || (entry.generation().equals(answer.get(0).toString()) && !entry.isTombstone());
    return present ? new Found(entry) : null;
  }

  /**
   * Looks again, and takes the lease if there is no entry.
   *
   * @param discard whether what is there was found unreadable and shall go
   * @return null when Redis is not to be asked or did not answer in time
   */
  @Nullable Answer findOrLease(Budget budget, String key, boolean discard) {
    String token = words.next();
    Response answer =
        link.ask(
            budget,
            RedisLink.call(Script.READ, 3)
                .arg(keys.generation())
                .arg(keys.entry(key))
                .arg(keys.lease(key))
                .arg(words.next())
                .arg(token)
                .arg(leaseTtl.toMillis())
                .arg(discard ? "1" : "0"),
            releaseOf(key, token));
    if (answer == null) {
      return null;
    }
    return switch ((int) RedisLink.number(answer.get(0))) {
      case HIT -> new Found(Entry.parse(answer.get(2).toBytes()));
      case LEASED ->
          new Leased(token, answer.get(1).toString(), RedisLink.number(answer.get(2)) == CORRUPT);
      default -> new Busy(RedisLink.number(answer.get(2)) == CORRUPT);
    };
  }

  /**
   * Puts a value there, if the lease still holds and nothing newer is known.
   *
   * @return whether Redis accepted it; null when that is not known in time
   */
  @Nullable Boolean fill(
      Budget budget, String key, Leased lease, long version, byte[] data, Duration ttl) {
    Request fill =
        RedisLink.call(Script.FILL, 3)
            .arg(keys.generation())
            .arg(keys.entry(key))
            .arg(keys.lease(key))
            .arg(lease.token())
            .arg(lease.generation())
            .arg(version)
            .arg(Buffer.buffer(Entry.format(lease.generation(), version, data)))
            .arg(ttl.toMillis());
    if (budget.isSpent() || !link.isTrusted()) {
      link.tell(fill); // late, it is as right as ever, and it ends the lease
      return null;
    }
    Response answer = link.ask(budget, fill, null);
    return answer == null ? null : RedisLink.number(answer) == 1;
  }

  /** Gives the lease back without a fill. */
  void release(String key, Leased lease) {
    link.tell(releaseOf(key, lease.token()));
  }

  private Request releaseOf(String key, String token) {
    return RedisLink.call(Script.RELEASE, 1).arg(keys.lease(key)).arg(token);
  }
}
