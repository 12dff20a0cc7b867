package dev.aftercommit.lab.gate.postgres;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One message of the protocol. */
final class Frame {

  /** The longest message that is believed: a broken length must not take all memory. */
  private static final int LONGEST = 256 << 20;

  private static final int HEADER = 5;

  private final char type;
  private final byte[] bytes;

  private Frame(char type, byte[] bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  /** Its first byte. */
  char type() {
    return type;
  }

  /** The whole message, type and length included; not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  static Frame read(DataInputStream in) throws IOException {
    int type = in.read();
    if (type < 0) {
      throw new EOFException("the connection was closed");
    }
    int length = in.readInt();
    if (length < 4 || length > LONGEST) {
      throw new IOException(
          "Message '%c' says it is %d bytes long: this is not PostgreSQL's protocol version 3"
              .formatted((char) type, length));
    }
    byte[] bytes = new byte[length + 1];
    bytes[0] = (byte) type;
    ByteBuffer.wrap(bytes, 1, 4).putInt(length);
    in.readFully(bytes, HEADER, length - 4);
    return new Frame((char) type, bytes);
  }

  /** A simple query. */
  static Frame query(String sql) {
    return of('Q', (sql + "\0").getBytes(StandardCharsets.UTF_8));
  }

  static Frame of(char type, byte[] body) {
    ByteBuffer buffer = ByteBuffer.allocate(HEADER + body.length);
    buffer.put((byte) type).putInt(4 + body.length).put(body);
    return new Frame(type, buffer.array());
  }

  /** The end of a cycle, with the state of the transaction: I, T or E. */
  static Frame readyForQuery(char status) {
    return of('Z', new byte[] {(byte) status});
  }

  static Frame error(String sqlState, String message) {
    return of(
        'E',
        "SERROR\0VERROR\0C%s\0M%s\0\0"
            .formatted(sqlState, message)
            .getBytes(StandardCharsets.UTF_8));
  }

  /** Writes these, and sees to it that they are on their way. */
  static void writeAll(List<Frame> frames, OutputStream out) throws IOException {
    for (Frame frame : frames) {
      out.write(frame.bytes);
    }
    out.flush();
  }

  /** What comes after type and length. */
  ByteBuffer body() {
    return ByteBuffer.wrap(bytes, HEADER, bytes.length - HEADER);
  }

  /** The text up to the next zero byte. */
  static String text(ByteBuffer body) {
    int begin = body.position();
    int end = begin;
    while (body.get(end) != 0) {
      end++;
    }
    byte[] text = new byte[end - begin];
    body.get(text);
    body.position(end + 1);
    return new String(text, StandardCharsets.UTF_8);
  }
}
