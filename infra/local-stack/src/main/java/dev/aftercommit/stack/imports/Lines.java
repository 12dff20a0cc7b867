package dev.aftercommit.stack.imports;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines that end with LF or CRLF, in bounded memory, and takes lines back. A byte order mark
 * is skipped. Not thread-safe, except {@link #bytesRead}.
 */
final class Lines implements AutoCloseable {

  /** What is kept of one line at most, in bytes. */
  static final int MAX_BYTES = 64 * 1024;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream in;
  private final Deque<Line> returned = new ArrayDeque<>();
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private long number;
  private volatile long bytesRead;

  Lines(InputStream in) throws IOException {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.in.mark(BYTE_ORDER_MARK.length);
    if (Arrays.equals(this.in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      bytesRead = BYTE_ORDER_MARK.length;
    } else {
      this.in.reset();
    }
  }

  /** The next line; null at the end of the file. */
  @Nullable Line next() throws IOException {
    Line line = returned.poll();
    return line != null ? line : read();
  }

  /** Puts lines back, so that they come next, in this order. */
  void giveBack(List<Line> lines) {
    lines.reversed().forEach(returned::push);
  }

  /** How far the file has been read; any thread may ask. */
  long bytesRead() {
    return bytesRead;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private @Nullable Line read() throws IOException {
    buffer.reset();
    int length = 0;
    int b = in.read();
    if (b < 0) {
      return null;
    }
    while (b >= 0 && b != '\n') {
      if (length < MAX_BYTES) {
        buffer.write(b);
      }
      length++;
      b = in.read();
    }
    bytesRead = bytesRead + length + (b < 0 ? 0 : 1);
    number++;
    byte[] bytes = buffer.toByteArray();
    boolean carriageReturn = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
    return new Line(
        number,
        carriageReturn ? Arrays.copyOf(bytes, bytes.length - 1) : bytes,
        length > MAX_BYTES);
  }
}
