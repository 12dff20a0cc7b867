package dev.aftercommit.freshcache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a key has in Redis: {@code generation SP version SP checksum SP data}. A tombstone has
 * neither checksum nor data: it only knows the version.
 */
@SuppressWarnings("ArrayRecordComponent") // carried to the decoder, never compared
record Entry(String generation, String checksum, byte[] data) {

  private static final byte SEPARATOR = ' ';
  private static final int PARTS_BEFORE_DATA = 3;

  static byte[] format(String generation, long version, byte[] data) {
    byte[] head =
        "%s %d %s "
            .formatted(generation, version, checksumOf(data))
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] entry = Arrays.copyOf(head, head.length + data.length);
    System.arraycopy(data, 0, entry, head.length, data.length);
    return entry;
  }

  /** Reads what Redis has; null when it is no entry. */
  static @Nullable Entry parse(byte[] bytes) {
    int[] ends = new int[PARTS_BEFORE_DATA];
    int part = 0;
    for (int i = 0; i < bytes.length && part < PARTS_BEFORE_DATA; i++) {
      if (bytes[i] == SEPARATOR) {
        ends[part++] = i;
      }
    }
    if (part < PARTS_BEFORE_DATA) {
      return null;
    }
    return new Entry(
        text(bytes, 0, ends[0]),
        text(bytes, ends[1] + 1, ends[2]),
        Arrays.copyOfRange(bytes, ends[2] + 1, bytes.length));
  }

  boolean isTombstone() {
    return checksum.isEmpty();
  }

  /** Whether the data are those that were put there. */
  boolean isWhole() {
    return checksum.equals(checksumOf(data));
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static String checksumOf(byte[] data) {
    CRC32C checksum = new CRC32C();
    checksum.update(data);
    return Long.toHexString(checksum.getValue());
  }
}
