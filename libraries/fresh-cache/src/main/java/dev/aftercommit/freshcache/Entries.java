package dev.aftercommit.freshcache;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.zip.CRC32C;
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

  /** An entry of the present generation; whether it is whole is not known yet. */
  @SuppressWarnings("ArrayRecordComponent") // carried to the decoder, never compared
  record Found(String checksum, byte[] data) implements Answer {

    /** The data, or null when they are not those that were put there. */
    byte @Nullable [] checkedData() {
      return checksumOf(data).equals(checksum) ? data : null;
    }
  }

  /** Nothing, and the right to fill it once. */
  record Leased(String token, String generation, boolean corrupt) implements Answer {}

  /** Nothing, and another reader has the right to fill it. */
  record Busy(boolean corrupt) implements Answer {}

  /**
   * Looks for an entry, and takes the lease if there is none.
   *
   * @param discard whether what is there was found unreadable and shall go
   * @return null when Redis is not to be asked or did not answer in time
   */
  @Nullable Answer read(Budget budget, String key, boolean discard) {
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
                .arg(discard ? "1" : "0"));
    if (answer == null) {
      return null;
    }
    return switch ((int) RedisLink.number(answer.get(0))) {
      case HIT -> new Found(String.valueOf(answer.get(2)), answer.get(3).toBytes());
      case LEASED ->
          new Leased(token, answer.get(1).toString(), RedisLink.number(answer.get(2)) == CORRUPT);
      default -> new Busy(RedisLink.number(answer.get(2)) == CORRUPT);
    };
  }

  /**
   * Puts a value there, if the lease still holds and nothing newer is known.
   *
   * @return whether Redis accepted it; null when it did not answer in time
   */
  @Nullable Boolean fill(
      Budget budget, String key, Leased lease, long version, byte[] data, Duration ttl) {
    Response answer =
        link.ask(
            budget,
            RedisLink.call(Script.FILL, 3)
                .arg(keys.generation())
                .arg(keys.entry(key))
                .arg(keys.lease(key))
                .arg(lease.token())
                .arg(lease.generation())
                .arg(version)
                .arg(checksumOf(data))
                .arg(Buffer.buffer(data))
                .arg(ttl.toMillis()));
    return answer == null ? null : RedisLink.number(answer) == 1;
  }

  /** Gives the lease back without a fill. */
  void release(String key, Leased lease) {
    link.tell(RedisLink.call(Script.RELEASE, 1).arg(keys.lease(key)).arg(lease.token()));
  }

  private static String checksumOf(byte[] data) {
    CRC32C checksum = new CRC32C();
    checksum.update(data);
    return Long.toHexString(checksum.getValue());
  }
}
