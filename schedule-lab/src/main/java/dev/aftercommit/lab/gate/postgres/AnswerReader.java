package dev.aftercommit.lab.gate.postgres;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the server's answers to their end, and holds them back: the actor must not know before the
 * lab does. Data of COPY is passed on at once, and so is what is too long to hold.
 */
final class AnswerReader {

  /** An answer that is held back until its commit may not take all memory. */
  private static final int LONGEST_HELD_ANSWER = 16 << 20;

  private static final String QUERY_CANCELED = "57014";
  private static final String DEADLOCK_DETECTED = "40P01";

  private final PostgresGate gate;
  private final DataInputStream fromClient;
  private final DataInputStream fromServer;
  private final DataOutputStream toClient;
  private final DataOutputStream toServer;

  AnswerReader(
      PostgresGate gate,
      DataInputStream fromClient,
      DataInputStream fromServer,
      DataOutputStream toClient,
      DataOutputStream toServer) {
    this.gate = gate;
    this.fromClient = fromClient;
    this.fromServer = fromServer;
    this.toClient = toClient;
    this.toServer = toServer;
  }

  /**
   * Reads up to ReadyForQuery.
   *
   * @param reader notes what comes
   * @param session of the server, whose statement may have been ended as a deadlock's victim
   * @param unheld whether nothing depends on when the actor gets it
   */
  Answer read(ReplyReader reader, int session, boolean unheld) throws IOException {
    List<Frame> frames = new ArrayList<>();
    long size = 0;
    while (true) {
      Frame frame = asDeadlock(Frame.read(fromServer), session);
      reader.read(frame);
      frames.add(frame);
      size += frame.bytes().length;
      if (frame.type() == 'G' || frame.type() == 'W') {
        passOn(frames);
        copyIn();
        size = 0;
      } else if (frame.type() == 'Z') {
        return new Answer(frames, reader.reply());
      }
      if (size > LONGEST_HELD_ANSWER) {
        if (!unheld) {
          gate.turnstile()
              .unsound(
                  "an answer to %s is longer than %d bytes, which the gate cannot hold back"
                      .formatted(gate.actor(), LONGEST_HELD_ANSWER));
        }
        passOn(frames);
        size = 0;
      }
    }
  }

  private Frame asDeadlock(Frame frame, int session) {
    if (frame.type() == 'E') {
      ReplyReader reader = new ReplyReader();
      reader.read(frame);
      if (QUERY_CANCELED.equals(reader.reply().sqlState())
          && gate.turnstile().isDeadlockVictim(session)) {
        return Frame.error(DEADLOCK_DETECTED, "deadlock detected");
      }
    }
    return frame;
  }

  private void passOn(List<Frame> held) throws IOException {
    Frame.writeAll(held, toClient);
    held.clear();
  }

  /** COPY ... FROM STDIN: the data belongs to the step that runs. */
  private void copyIn() throws IOException {
    Frame frame;
    do {
      frame = Frame.read(fromClient);
      toServer.write(frame.bytes());
    } while (frame.type() != 'c' && frame.type() != 'f');
    toServer.flush();
  }
}
