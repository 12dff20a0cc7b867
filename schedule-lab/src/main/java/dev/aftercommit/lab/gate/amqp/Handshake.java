package dev.aftercommit.lab.gate.amqp;

import java.io.IOException;
import java.time.Duration;

/** The beginning of a connection: protocol, login and limits, which are the broker's. */
final class Handshake {

  private static final int PROTOCOL_HEADER = 8;
  private static final int NOT_ALLOWED = 530;

  private final AmqpGate gate;
  private final ClientSocket client;
  private final CommandReader fromClient;
  private final Broker broker;
  private Duration heartbeat = Duration.ZERO;

  Handshake(AmqpGate gate, ClientSocket client, CommandReader fromClient, Broker broker) {
    this.gate = gate;
    this.client = client;
    this.fromClient = fromClient;
    this.broker = broker;
  }

  /**
   * Passes everything on, up to the open connection.
   *
   * @return false if the client was refused, since it wants another virtual host than the gate's
   */
  boolean perform() throws IOException {
    broker.greet(client.in().readNBytes(PROTOCOL_HEADER));
    client.send(broker.answer(0).bytes());
    while (true) {
      Command command = fromClient.read();
      if (command.id() == Method.CONNECTION_TUNE_OK) {
        broker.send(tuned(command));
        continue;
      }
      if (command.id() == Method.CONNECTION_OPEN) {
        String virtualHost = command.arguments().shortString();
        if (!virtualHost.equals(gate.virtualHost())) {
          refuse(virtualHost);
          return false;
        }
      }
      Command answer = broker.ask(command);
      boolean limits = answer.id() == Method.CONNECTION_TUNE;
      client.send((limits ? tuning(answer) : answer).bytes());
      if (answer.id() == Method.CONNECTION_OPEN_OK) {
        broker.opened();
        return true;
      }
    }
  }

  /** The broker never hears of it: another lane's queues may be there, or somebody else's. */
  private void refuse(String virtualHost) throws IOException {
    gate.unsound(
        "it opens the virtual host '%s', but the queues are in '%s', which the lab's address names"
            .formatted(virtualHost, gate.virtualHost()));
    client.send(
        Command.of(Method.CONNECTION_CLOSE, 0)
            .shortInt(NOT_ALLOWED)
            .shortString("NOT_ALLOWED - the lab's queues are in another virtual host")
            .longInt(Method.CONNECTION_OPEN)
            .build()
            .bytes());
    // Whoever closes first may take the reason away.
    Command last;
    do {
      last = fromClient.read();
    } while (last.id() != Method.CONNECTION_CLOSE_OK);
  }

  /** How often the client wants to hear something; zero for never. */
  Duration heartbeat() {
    return heartbeat;
  }

  /** The broker's limits, without the gate's own channel and without heartbeats. */
  private Command tuning(Command command) {
    Arguments arguments = command.arguments();
    return Command.of(Method.CONNECTION_TUNE, 0)
        .shortInt(broker.reserveChannel(arguments.shortInt()))
        .longInt(arguments.longInt())
        .shortInt(0)
        .build();
  }

  /** A driver may insist on heartbeats; then it gets them from the gate. */
  private Command tuned(Command command) {
    Arguments arguments = command.arguments();
    arguments.shortInt();
    int longestFrame = arguments.longInt();
    heartbeat = Duration.ofSeconds(arguments.shortInt()).dividedBy(2);
    return Command.of(Method.CONNECTION_TUNE_OK, 0)
        .shortInt(broker.highestChannel())
        .longInt(longestFrame)
        .shortInt(0)
        .build();
  }
}
