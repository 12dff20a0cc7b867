package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.Lifecycle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A Redis server with an append-only file. */
public final class RedisServer extends Server {

  private static final int TIMEOUT_MILLIS = 2_000;

  private final Coordinates coordinates;

  /** Where it listens; the URI may carry credentials. */
  record Coordinates(String host, int port, String uri) {}

  RedisServer(Coordinates coordinates, Lifecycle lifecycle, Duration startLimit) {
    super(ServerKind.REDIS, lifecycle, startLimit);
    this.coordinates = coordinates;
  }

  @Override
  public String host() {
    return coordinates.host();
  }

  @Override
  public int port() {
    return coordinates.port();
  }

  /** The {@code redis://} URI. */
  public String uri() {
    return coordinates.uri();
  }

  @Override
  void probe() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host(), port()), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] bytes = new byte[64];
      int read = socket.getInputStream().read(bytes);
      String answer = new String(bytes, 0, Math.max(read, 0), StandardCharsets.US_ASCII).strip();
      // One that wants a password is up as well; while it loads its file it answers -LOADING.
      if (!answer.startsWith("+PONG") && !answer.startsWith("-NOAUTH")) {
        throw new IOException("Expected +PONG from Redis, got '" + answer + "'");
      }
    }
  }
}
