package dev.aftercommit.lab.gate.postgres;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The formats of values, text or binary.
 *
 * @param codes one for each value, or one for all; none if all are text
 */
record Formats(List<Short> codes) {

  private static final short BINARY = 1;

  /** Reads how many there are, and them. */
  static Formats read(ByteBuffer body) {
    List<Short> codes = new ArrayList<>();
    int count = body.getShort();
    for (int i = 0; i < count; i++) {
      codes.add(body.getShort());
    }
    return new Formats(codes);
  }

  boolean isBinary(int index) {
    return !codes.isEmpty() && codes.get(codes.size() == 1 ? 0 : index) == BINARY;
  }
}
