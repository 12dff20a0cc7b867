package dev.aftercommit.lab.gate.amqp;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts frames together; those of several channels may come mixed. Heartbeats are left out. */
final class CommandReader {

  private final DataInputStream in;
  private final Map<Integer, Partial> begun = new HashMap<>();

  CommandReader(DataInputStream in) {
    this.in = in;
  }

  private static final class Partial {
    final Frame method;
    final List<Frame> content = new ArrayList<>();
    long missing = -1;

    Partial(Frame method) {
      this.method = method;
    }

    /** Adds a frame; answers whether it was the last. */
    boolean isEndedBy(Frame frame) {
      content.add(frame);
      if (frame.type() == Frame.HEADER) {
        // Behind class and weight.
        missing = frame.payload().getLong(4);
      } else {
        missing -= frame.payload().remaining();
      }
      return missing == 0;
    }
  }

  /** Waits for the next command that is complete. */
  Command read() throws IOException {
    Command command;
    do {
      command = readFrame();
    } while (command == null);
    return command;
  }

  /** Waits for the next frame; answers the command that it completes, if it completes one. */
  @Nullable Command readFrame() throws IOException {
    Frame frame = Frame.read(in);
    if (frame.type() == Frame.HEARTBEAT) {
      return null;
    }
    if (frame.type() == Frame.METHOD) {
      Command command = new Command(frame, List.of());
      if (!Method.hasContent(command.id())) {
        return command;
      }
      begun.put(frame.channel(), new Partial(frame));
      return null;
    }
    Partial partial = begun.get(frame.channel());
    if (partial == null) {
      throw new IOException(
          "A message without a method came on channel %d".formatted(frame.channel()));
    }
    if (!partial.isEndedBy(frame)) {
      return null;
    }
    begun.remove(frame.channel());
    return new Command(partial.method, partial.content);
  }

  /** Whether there is something to read at once, or the rest of a command is on its way. */
  boolean hasMore() throws IOException {
    return in.available() > 0 || !begun.isEmpty();
  }
}
