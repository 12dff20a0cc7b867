package dev.aftercommit.employee.imports;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads a stream line by line; however long a line is, no more than the bound is kept of it. */
final class BoundedLines {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final InputStream in;
  private final int maxBytes;
  private long number;

  BoundedLines(InputStream in, int maxBytes) {
    this.in = new BufferedInputStream(in, BUFFER_BYTES);
    this.maxBytes = maxBytes;
  }

  /**
   * One line.
   *
   * @param number from 1
   * @param bytes without the line end, at most one more than the bound
   * @param complete false when the line was longer than the bound and is cut
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Line(long number, byte[] bytes, boolean complete) {

    boolean isBlank() {
      for (byte b : bytes) {
        if (b != ' ' && b != '\t' && b != '\r') {
          return false;
        }
      }
      return true;
    }
  }

  /** The next line; null at the end of the stream. */
  @Nullable Line next() throws IOException {
    int b = in.read();
    if (b < 0) {
      return null;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    boolean complete = true;
    while (b >= 0 && b != '\n') {
      if (line.size() < maxBytes) {
        line.write(b);
      } else {
        complete = false;
      }
      b = in.read();
    }
    number++;
    return new Line(number, line.toByteArray(), complete);
  }
}
