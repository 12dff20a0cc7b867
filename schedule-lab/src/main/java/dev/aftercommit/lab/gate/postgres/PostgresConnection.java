package dev.aftercommit.lab.gate.postgres;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Port;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Turn;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;

/**
 * One connection through a gate. A single thread serves both directions: after each step it reads
 * the server's answer to its end before it looks at the client again, so a step is over when its
 * answer is here, and pipelined steps follow one another.
 */
final class PostgresConnection implements Port.Connection {

  private static final String QUERY_CANCELED = "57014";
  private static final String CONNECTION_FAILURE = "08006";

  private final PostgresGate gate;
  private final Socket client;
  private final Socket server;
  private final DataInputStream fromClient;
  private final DataInputStream fromServer;
  private final DataOutputStream toClient;
  private final DataOutputStream toServer;
  private final AnswerReader answers;
  private final Cycle cycle = new Cycle();
  private volatile int session;
  private volatile char status = 'I';
  private volatile boolean cut;

  /** A step of it is at the turnstile. */
  private volatile boolean waits;

  PostgresConnection(PostgresGate gate, Socket client, Socket server) throws IOException {
    this.gate = gate;
    this.client = client;
    this.server = server;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    fromClient = new DataInputStream(new BufferedInputStream(client.getInputStream()));
    fromServer = new DataInputStream(new BufferedInputStream(server.getInputStream()));
    toClient = new DataOutputStream(new BufferedOutputStream(client.getOutputStream()));
    toServer = new DataOutputStream(new BufferedOutputStream(server.getOutputStream()));
    answers = new AnswerReader(gate, fromClient, fromServer, toClient, toServer);
  }

  int session() {
    return session;
  }

  boolean hasOpenTransaction() {
    return status != 'I';
  }

  @Override
  public void run() {
    try {
      if (startUp()) {
        serve();
      }
    } catch (SocketException e) {
      // One side is gone, and takes the other with it.
    } catch (IOException e) {
      // One that was cut may have been in the middle of anything, of its start-up for example.
      if (!cut) {
        gate.turnstile()
            .unsound("a connection of %s failed: %s".formatted(gate.actor(), e.getMessage()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
      gate.ended(this);
    }
  }

  /** Passes on startup and authentication; false if this was no session. */
  private boolean startUp() throws IOException {
    session = new StartUp(fromClient, fromServer, toClient, toServer).pass();
    if (session == StartUp.CANCELS) {
      gate.turnstile()
          .unsound(
              "actor %s cancelled a statement: timers are not scheduled".formatted(gate.actor()));
    }
    return session > 0;
  }

  private void serve() throws IOException, InterruptedException {
    while (true) {
      int first = peek();
      if (first < 0 || first == 'X') {
        disconnect();
        return;
      }
      Frame frame = Frame.read(fromClient);
      cycle.add(frame);
      switch (frame.type()) {
        case 'Q', 'S', 'F' -> {
          pass();
          cycle.clear();
        }
        case 'H' -> {
          flush();
          cycle.clear();
        }
        default -> {}
      }
    }
  }

  private int peek() throws IOException {
    fromClient.mark(1);
    int first = fromClient.read();
    if (first >= 0) {
      fromClient.reset();
    }
    return first;
  }

  /** Lets one cycle through, as one step or, outside a transaction, as statement and commit. */
  private void pass() throws IOException, InterruptedException {
    SqlStep step = cycle.step();
    gate.sends(step);
    Gate.Mode mode = gate.mode();
    boolean steps = mode == Gate.Mode.STEPS;
    if (mode == Gate.Mode.OPEN
        || cycle.onlyPrepares()
        || (steps && step.isLocal() && status != 'E')) {
      forward(askCycle(true));
      return;
    }
    if (steps && status == 'I' && step.maySplit()) {
      passSplit(step.as(SqlStep.Kind.AUTOCOMMIT_STATEMENT));
      return;
    }
    Turn turn = turnFor(step);
    // When the schedule is over an actor may still clean up: else it would have to hang up.
    if (turn == Turn.REFUSE && !step.rollsBack()) {
      refuse();
      return;
    }
    Answer answer = askCycle(false);
    if (turn != Turn.REFUSE) {
      complete(step, answer.reply(), turn);
    }
    forward(answer);
  }

  private void passSplit(SqlStep step) throws IOException, InterruptedException {
    if (turnFor(step) == Turn.REFUSE) {
      refuse();
      return;
    }
    ask("BEGIN");
    Answer answer = askCycle(false);
    if (answer.reply().failed()) {
      ask("ROLLBACK");
      complete(step, answer.reply(), Turn.RUN);
      forward(answer.ended('I'));
      return;
    }
    complete(step, answer.reply(), Turn.RUN);
    SqlStep commit = SqlStep.commitOf(step);
    Turn turn = turnFor(commit);
    if (turn == Turn.REFUSE) {
      ask("ROLLBACK");
      refuse();
      return;
    }
    Answer committed = ask("COMMIT");
    complete(commit, committed.reply(), turn);
    forward(committed.reply().failed() ? answer.failedAtCommit(committed) : answer.ended('I'));
  }

  /** Waits; a step that shall not reach the server ends the connection here. */
  private Turn turnFor(SqlStep step) throws IOException, InterruptedException {
    waits = true;
    Turn turn = gate.turnstile().await(gate.actor(), session, step);
    waits = false;
    if (turn == Turn.KILL || turn == Turn.LOST_BEFORE_COMMIT) {
      hangUp();
      gate.turnstile().completed(gate.actor(), step, Reply.error(CONNECTION_FAILURE, turn.label()));
      throw new SocketException("the lab broke the connection: " + turn.label());
    }
    return turn;
  }

  private void complete(SqlStep step, Reply reply, Turn turn) throws IOException {
    if (turn == Turn.LOST_AFTER_COMMIT) {
      hangUp();
    }
    gate.turnstile().completed(gate.actor(), step, reply);
    if (turn == Turn.LOST_AFTER_COMMIT) {
      throw new SocketException("the lab broke the connection: " + turn.label());
    }
  }

  /** Ends the server's session; it has rolled back before it hangs up. */
  private synchronized void hangUp() throws IOException {
    if (!server.isClosed()) {
      Frame.writeAll(List.of(Frame.of('X', new byte[0])), toServer);
      fromServer.transferTo(OutputStream.nullOutputStream());
      server.close();
    }
    status = 'I';
  }

  /** Breaks the connection while the actor is parked or elsewhere. */
  @Override
  public void cut() {
    cut = true;
    try {
      hangUp();
    } catch (IOException e) {
      gate.turnstile()
          .unsound("a connection of %s could not be cut: %s".formatted(gate.actor(), e));
    }
    if (!waits) {
      close();
    }
  }

  private void refuse() throws IOException {
    Frame error = Frame.error(QUERY_CANCELED, "the lab ended this schedule");
    Frame.writeAll(List.of(error, Frame.readyForQuery(status)), toClient);
  }

  /** A Flush: harmless if nothing was executed, else outside what can be scheduled. */
  private void flush() throws IOException {
    if (!cycle.onlyPrepares()) {
      gate.turnstile()
          .unsound(
              "actor %s executes with Flush instead of Sync (%s): such pipelines are not scheduled"
                  .formatted(gate.actor(), cycle.step().text()));
    }
    Frame.writeAll(cycle.frames(), toServer);
    int left = cycle.answersWithoutSync();
    while (left > 0) {
      Frame frame = Frame.read(fromServer);
      toClient.write(frame.bytes());
      if (frame.type() == 'E') {
        break;
      }
      if ("123TnCIs".indexOf(frame.type()) >= 0) {
        left--;
      }
    }
    toClient.flush();
  }

  private void disconnect() throws IOException, InterruptedException {
    SqlStep step = SqlStep.disconnect();
    boolean scheduled = gate.mode() != Gate.Mode.OPEN && hasOpenTransaction();
    boolean granted =
        scheduled && gate.turnstile().await(gate.actor(), session, step) != Turn.REFUSE;
    hangUp();
    if (granted) {
      gate.turnstile().completed(gate.actor(), step, Reply.of("ROLLBACK"));
    }
  }

  private Answer ask(String sql) throws IOException {
    return ask(List.of(Frame.query(sql)), new ReplyReader(), false);
  }

  private Answer askCycle(boolean unheld) throws IOException {
    return ask(cycle.frames(), cycle.replyReader(), unheld);
  }

  private Answer ask(List<Frame> frames, ReplyReader reader, boolean unheld) throws IOException {
    Frame.writeAll(frames, toServer);
    Answer answer = answers.read(reader, session, unheld);
    status = answer.status();
    return answer;
  }

  private void forward(Answer answer) throws IOException {
    Frame.writeAll(answer.frames(), toClient);
  }

  @Override
  public void close() {
    for (Socket socket : List.of(client, server)) {
      try {
        socket.close();
      } catch (IOException e) {
        // It was closed already.
      }
    }
  }
}
