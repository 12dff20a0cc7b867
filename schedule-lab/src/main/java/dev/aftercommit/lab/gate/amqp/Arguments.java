package dev.aftercommit.lab.gate.amqp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The arguments of a method, to be read in their order. */
final class Arguments {

  private final ByteBuffer buffer;

  Arguments(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  int octet() {
    return buffer.get() & 0xFF;
  }

  /** Whether this bit of an octet is set. */
  static boolean bit(int octet, int number) {
    return (octet >> number & 1) == 1;
  }

  int shortInt() {
    return buffer.getShort() & 0xFFFF;
  }

  int longInt() {
    return buffer.getInt();
  }

  long longLong() {
    return buffer.getLong();
  }

  String shortString() {
    byte[] text = new byte[octet()];
    buffer.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Whether these letters occur in what is left: names of a table are not encoded. */
  boolean mention(String name) {
    return StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString().contains(name);
  }
}
