package dev.aftercommit.lab.gate.amqp;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A method, and the message that belongs to it.
 *
 * @param method its frame
 * @param content header and body; empty if the method has none
 */
record Command(Frame method, List<Frame> content) {

  Command {
    content = List.copyOf(content);
  }

  int channel() {
    return method.channel();
  }

  int id() {
    return method.payload().getInt();
  }

  Arguments arguments() {
    ByteBuffer payload = method.payload();
    payload.getInt();
    return new Arguments(payload);
  }

  /** The same message under another method, on that method's channel. */
  Command under(Command other) {
    return new Command(
        other.method, content.stream().map(frame -> frame.on(other.channel())).toList());
  }

  /** The message's body as text. */
  String text() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    content.stream()
        .filter(frame -> frame.type() == Frame.BODY)
        .forEach(frame -> body.writeBytes(bytes(frame.payload())));
    return body.toString(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** All of its frames as they are sent. */
  ByteBuffer bytes() {
    ByteBuffer out =
        ByteBuffer.allocate(method.size() + content.stream().mapToInt(Frame::size).sum());
    method.write(out);
    content.forEach(frame -> frame.write(out));
    return out.flip();
  }

  static Builder of(int method, int channel) {
    return new Builder(method, channel);
  }

  /** Writes the arguments of a method in their order. */
  static final class Builder {

    private final int channel;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private Builder(int method, int channel) {
      this.channel = channel;
      longInt(method);
    }

    @FunctionalInterface
    private interface Writing {
      void write(DataOutputStream out) throws IOException;
    }

    private Builder write(Writing writing) {
      try {
        writing.write(out);
      } catch (IOException e) {
        throw new UncheckedIOException("Writing to memory failed", e);
      }
      return this;
    }

    Builder octet(int value) {
      return write(to -> to.writeByte(value));
    }

    Builder shortInt(int value) {
      return write(to -> to.writeShort(value));
    }

    Builder longInt(int value) {
      return write(to -> to.writeInt(value));
    }

    Builder longLong(long value) {
      return write(to -> to.writeLong(value));
    }

    Builder shortString(String value) {
      byte[] text = value.getBytes(StandardCharsets.UTF_8);
      return octet(text.length).write(to -> to.write(text));
    }

    /** No entries. */
    Builder emptyTable() {
      return longInt(0);
    }

    Command build() {
      return new Command(new Frame(Frame.METHOD, channel, bytes.toByteArray()), List.of());
    }
  }
}
