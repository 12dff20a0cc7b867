package dev.aftercommit.freshcache;

import java.io.IOException;

/** How values of a cache become bytes and values again. Must be safe for use by many threads. */
public interface Codec<V> {

  byte[] encode(V value) throws IOException;

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IOException when the bytes are not a value; the cache counts it, loads and overwrites
   */
  V decode(byte[] bytes) throws IOException;
}
