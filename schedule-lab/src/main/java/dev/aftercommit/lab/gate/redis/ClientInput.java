package dev.aftercommit.lab.gate.redis;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * What a client sends, and whether all of it was dealt with.
 *
 * <p>The first byte of a command is taken alone: until this counts as busy the rest of the command
 * is still to be seen in the socket, so who asks meanwhile is not told that nothing has come.
 */
final class ClientInput extends FilterInputStream {

  /** How long others wait for what is being dealt with. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private enum State {
    /** Waits for a command. */
    RESTING,
    /** A command has come and is not done. */
    BUSY,
    /** A command is at the turnstile. */
    PARKED,
    /** Nobody looks for commands any more. */
    ENDED
  }

  private State state = State.BUSY;

  /** The next byte begins a command; for the reading thread alone. */
  private boolean beginning;

  ClientInput(InputStream socket) {
    super(socket);
  }

  /** The next byte begins a command. */
  void beginning() {
    beginning = true;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (!beginning) {
      return super.read(bytes, offset, length);
    }
    become(State.RESTING);
    int count = super.read(bytes, offset, Math.min(1, length));
    become(State.BUSY);
    beginning = false;
    return count;
  }

  /** The command waits for its turn. */
  void parked() {
    become(State.PARKED);
  }

  /** Its turn has come. */
  void released() {
    become(State.BUSY);
  }

  /** From now on commands are not told apart. */
  void ended() {
    become(State.ENDED);
  }

  synchronized boolean isParked() {
    return state == State.PARKED;
  }

  private synchronized void become(State next) {
    // What has ended does not begin again.
    state = state == State.ENDED ? State.ENDED : next;
    notifyAll();
  }

  /**
   * Waits until everything that has come was dealt with.
   *
   * @param done whether what is at the turnstile must be done too
   * @return false if that takes too long
   */
  synchronized boolean awaitQuiet(boolean done) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isQuiet(done)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(Duration.ofNanos(left).plusMillis(1).toMillis());
    }
    return true;
  }

  private boolean isQuiet(boolean done) {
    try {
      return switch (state) {
        case RESTING -> in.available() == 0;
        case BUSY -> false;
        case PARKED -> !done;
        case ENDED -> true;
      };
    } catch (IOException e) {
      // It is about to end.
      return true;
    }
  }
}
