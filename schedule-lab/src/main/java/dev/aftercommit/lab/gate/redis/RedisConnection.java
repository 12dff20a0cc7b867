package dev.aftercommit.lab.gate.redis;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Port;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.Turnstile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection through a gate. A single thread serves both directions: after each command it
 * reads the server's answer before it looks at the client again, so a step is over when its answer
 * is here, and pipelined commands follow one another.
 */
final class RedisConnection implements Port.Connection {

  private final RedisGate gate;
  private final Socket client;
  private final Socket server;
  private final ClientInput input;
  private final RespReader fromClient;
  private final RespReader fromServer;
  private final OutputStream toClient;
  private final OutputStream toServer;
  private final Transaction transaction = new Transaction();
  private volatile boolean streaming;
  private volatile @Nullable Thread thread;

  RedisConnection(RedisGate gate, Socket client, Socket server) throws IOException {
    this.gate = gate;
    this.client = client;
    this.server = server;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    input = new ClientInput(client.getInputStream());
    fromClient = new RespReader(input);
    fromServer = new RespReader(server.getInputStream());
    toClient = client.getOutputStream();
    toServer = server.getOutputStream();
  }

  /** Whether the server speaks whenever it likes. */
  boolean isStreaming() {
    return streaming;
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    try {
      serve();
    } catch (SocketException e) {
      // One side is gone, and takes the other with it.
    } catch (IOException e) {
      unsound("a connection of actor %s failed: %s", String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
      input.ended();
      gate.ended(this);
    }
  }

  private void serve() throws IOException, InterruptedException {
    RedisCommand command = nextCommand();
    while (command != null) {
      if (gate.mode() == Gate.Mode.OPEN && command.streams()) {
        stream();
        return;
      }
      pass(command);
      if (command.is("QUIT")) {
        return;
      }
      command = nextCommand();
    }
  }

  private @Nullable RedisCommand nextCommand() throws IOException {
    input.beginning();
    return fromClient.readCommand();
  }

  private void pass(RedisCommand command) throws IOException, InterruptedException {
    byte[] bytes = fromClient.bytes();
    boolean scheduled = gate.mode() != Gate.Mode.OPEN;
    if (scheduled && (command.streams() || (command.blocks() && !transaction.isOpen()))) {
      unsound(
          "actor %s does '%s', which is answered later, more than once or never: not scheduled",
          command.text());
      refuse("ERR the lab cannot schedule " + command.name());
    } else if (!scheduled || !isScheduled(command)) {
      ask(command, bytes);
      forward();
    } else if (command.callsByHash() && !transaction.isOpen() && !isLoaded(command)) {
      refuse("NOSCRIPT No matching script. Please use EVAL.");
    } else {
      passStep(command, bytes);
    }
  }

  private boolean isScheduled(RedisCommand command) {
    return transaction.executes(command)
        || (gate.mode() == Gate.Mode.WHOLE_QUERIES && !command.isLocal());
  }

  private void passStep(RedisCommand command, byte[] bytes)
      throws IOException, InterruptedException {
    RedisStep step = transaction.step(command);
    gate.turnstile().coming(gate.actor(), step);
    input.parked();
    Turn turn = gate.turnstile().await(gate.actor(), Turnstile.NO_SESSION, step);
    input.released();
    if (turn == Turn.KILL || turn == Turn.REDIS_UNAVAILABLE) {
      close(server);
      gate.turnstile().completed(gate.actor(), step, Reply.error("connection", turn.label()));
      throw new SocketException("the lab broke the connection: " + turn.label());
    }
    if (turn == Turn.REFUSE) {
      // The next schedule may begin on this connection, and as this one did.
      ask(new RedisCommand(List.of(transaction.isOpen() ? "DISCARD" : "UNWATCH")));
      refuse("ERR the lab ended this schedule");
      return;
    }
    Resp answer = ask(command, bytes);
    gate.turnstile().completed(gate.actor(), step, answer.reply());
    forward();
  }

  /**
   * Whether the server has the script. Whether somebody has sent it before is no matter of
   * schedules, so a client that has to send it first does so before it waits.
   */
  private boolean isLoaded(RedisCommand command) throws IOException {
    Resp answer = ask(new RedisCommand(List.of("SCRIPT", "EXISTS", command.words().get(1))));
    return answer.items().stream().anyMatch(item -> item.text().equals("1"));
  }

  private Resp ask(RedisCommand command) throws IOException {
    return ask(command, command.bytes());
  }

  private Resp ask(RedisCommand command, byte[] bytes) throws IOException {
    toServer.write(bytes);
    Resp answer = fromServer.readAnswer();
    while (answer.type() == Resp.PUSH) {
      unsound(
          "Redis told actor %s something at a time that is not scheduled: %s",
          answer.reply().summary());
      forward();
      answer = fromServer.readAnswer();
    }
    transaction.answered(command, answer);
    return answer;
  }

  /** Passes on what the server said last. */
  private void forward() throws IOException {
    try {
      toClient.write(fromServer.bytes());
    } catch (SocketException e) {
      // The client did not wait for the answer; what it has sent before it left counts.
    }
  }

  private void refuse(String error) throws IOException {
    toClient.write(("-" + error + "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Passes on everything both ways, from the command on that was read last. */
  private void stream() throws IOException {
    streaming = true;
    input.ended();
    toServer.write(fromClient.bytes());
    Thread.ofPlatform().daemon().name("gate-" + gate.actor()).start(this::streamAnswers);
    fromClient.transferTo(toServer);
  }

  private void streamAnswers() {
    try {
      fromServer.transferTo(toClient);
    } catch (IOException e) {
      // One side is gone, and takes the other with it.
    } finally {
      close();
    }
  }

  private void unsound(String reason, String what) {
    gate.turnstile().unsound(reason.formatted(gate.actor(), what));
  }

  /**
   * Waits until everything that the actor has sent is done, or at the turnstile.
   *
   * @param done whether what is at the turnstile must be done too
   */
  void awaitQuiet(boolean done) throws InterruptedException {
    if (!Thread.currentThread().equals(thread) && !input.awaitQuiet(done)) {
      unsound("a command of actor %s was not done within %s", ClientInput.PATIENCE.toString());
    }
  }

  /** Breaks the connection while the actor is parked or elsewhere. */
  @Override
  public void cut() {
    // What was watched or collected is lost with it; nobody else could see that.
    close(server);
    if (!input.isParked()) {
      close(client);
    }
  }

  @Override
  public void close() {
    close(server);
    close(client);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was closed already.
    }
  }
}
