package dev.aftercommit.stack.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses free ports of the loopback interface, below the range from which systems give ports to
 * outgoing connections: a stopped server finds its port free when it starts again.
 */
public final class Ports {

  private static final int LOWEST = 15_000;
  private static final int HIGHEST = 32_000;
  private static final int TRIES = 200;

  private Ports() {}

  /**
   * A port that nobody listens on now.
   *
   * @throws StackException if none is found in a bounded number of tries
   */
  public static int free() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new StackException(
        "No free port between %d and %d on 127.0.0.1 in %d tries"
            .formatted(LOWEST, HIGHEST, TRIES));
  }

  /** The preferred port if nobody listens on it, else any free one. */
  public static int freeOr(int preferred) {
    return isFree(preferred) ? preferred : free();
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
