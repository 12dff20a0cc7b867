package dev.aftercommit.lab.gate.amqp;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One frame of the protocol. */
final class Frame {

  static final int METHOD = 1;
  static final int HEADER = 2;
  static final int BODY = 3;
  static final int HEARTBEAT = 8;

  /** The longest frame that is believed: a broken length must not take all memory. */
  private static final int LONGEST = 256 << 20;

  private static final int END = 0xCE;

  /** Type, channel, length and end. */
  private static final int OVERHEAD = 8;

  private final int type;
  private final int channel;
  private final byte[] payload;

  Frame(int type, int channel, byte[] payload) {
    this.type = type;
    this.channel = channel;
    this.payload = payload;
  }

  int type() {
    return type;
  }

  int channel() {
    return channel;
  }

  /** What is in it, from its beginning. */
  ByteBuffer payload() {
    return ByteBuffer.wrap(payload).asReadOnlyBuffer();
  }

  /** The same for another channel. */
  Frame on(int other) {
    return new Frame(type, other, payload);
  }

  static Frame read(DataInputStream in) throws IOException {
    int type = in.read();
    if (type < 0) {
      throw new EOFException("the connection was closed");
    }
    int channel = in.readUnsignedShort();
    int length = in.readInt();
    if (type > HEARTBEAT || length < 0 || length > LONGEST) {
      throw new IOException(
          "A frame of type %d says it is %d bytes long: this is not AMQP 0-9-1"
              .formatted(type, length));
    }
    byte[] payload = in.readNBytes(length);
    int end = in.read();
    if (end != END) {
      throw new IOException(
          "A frame of %d bytes ends with %d instead of %d: this is not AMQP 0-9-1"
              .formatted(length, end, END));
    }
    return new Frame(type, channel, payload);
  }

  int size() {
    return payload.length + OVERHEAD;
  }

  void write(ByteBuffer out) {
    out.put((byte) type).putShort((short) channel).putInt(payload.length);
    out.put(payload).put((byte) END);
  }
}
