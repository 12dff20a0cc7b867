package dev.aftercommit.lab.gate.amqp;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * The actor's end of a connection. Unlike a stream it can wait for something to come without taking
 * it: who asks meanwhile whether the actor has sent something is not told no.
 */
final class ClientSocket implements Closeable {

  private final SocketChannel channel;
  private final InputStream kernel;
  private final Selector readable = Selector.open();
  private final Selector writable = Selector.open();
  private final DataInputStream in = new DataInputStream(new BufferedInputStream(new Input()));

  ClientSocket(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.kernel = channel.socket().getInputStream();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    channel.register(readable, SelectionKey.OP_READ);
    channel.register(writable, SelectionKey.OP_WRITE);
  }

  private final class Input extends InputStream {

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      while (true) {
        int count = channel.read(ByteBuffer.wrap(bytes, offset, length));
        if (count != 0 || length == 0) {
          return count;
        }
        select(readable, Duration.ZERO);
      }
    }

    @Override
    public int available() throws IOException {
      return kernel.available();
    }
  }

  DataInputStream in() {
    return in;
  }

  /** Whether the client has sent something that nobody has taken. */
  boolean hasUnread() throws IOException {
    return kernel.available() > 0;
  }

  /**
   * Waits until there is something to read, or nothing more will come.
   *
   * @param limit how long at most; zero for ever
   * @return false if the time is over
   */
  boolean awaitInput(Duration limit) throws IOException {
    return select(readable, limit);
  }

  private static boolean select(Selector selector, Duration limit) throws IOException {
    try {
      int ready = selector.select(limit.toMillis());
      selector.selectedKeys().clear();
      return ready > 0;
    } catch (ClosedSelectorException e) {
      SocketException closed = new SocketException("the gate closed the connection");
      closed.initCause(e);
      throw closed;
    }
  }

  synchronized void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        select(writable, Duration.ZERO);
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    // A channel ends when its selectors have let it go.
    readable.close();
    writable.close();
  }
}
