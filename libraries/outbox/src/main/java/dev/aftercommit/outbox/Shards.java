package dev.aftercommit.outbox;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Spreads keys over shards. A shard is the unit of ownership and of order: one relay at a time owns
 * it, and all events of a key lie in one. The number is part of the schema; with sixteen, up to
 * sixteen relays can share the work.
 */
public final class Shards {

  /** How many shards there are. */
  public static final int COUNT = 16;

  private Shards() {}

  /**
   * The shard of a key, from 0 to {@link #COUNT} - 1, the same on every JVM: CRC-32 of its UTF-8
   * bytes.
   */
  public static short of(String key) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return (short) (crc.getValue() % COUNT);
  }
}
