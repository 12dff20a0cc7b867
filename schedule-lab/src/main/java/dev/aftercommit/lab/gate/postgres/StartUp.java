package dev.aftercommit.lab.gate.postgres;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** The beginning of a connection: encryption is refused, authentication is the server's. */
final class StartUp {

  /** The server refused the actor. */
  static final int REFUSED = 0;

  /** It was no connection, but the wish to cancel what another one does. */
  static final int CANCELS = -1;

  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSS_REQUEST = 80_877_104;
  private static final int CANCEL_REQUEST = 80_877_102;

  private final DataInputStream fromClient;
  private final DataInputStream fromServer;
  private final DataOutputStream toClient;
  private final DataOutputStream toServer;

  StartUp(
      DataInputStream fromClient,
      DataInputStream fromServer,
      DataOutputStream toClient,
      DataOutputStream toServer) {
    this.fromClient = fromClient;
    this.fromServer = fromServer;
    this.toClient = toClient;
    this.toServer = toServer;
  }

  /** Passes it on; answers the process id of the server's session, or one of the above. */
  int pass() throws IOException {
    while (true) {
      int length = fromClient.readInt();
      int code = fromClient.readInt();
      if (code == SSL_REQUEST || code == GSS_REQUEST) {
        toClient.writeByte('N');
        toClient.flush();
        continue;
      }
      byte[] rest = fromClient.readNBytes(length - 8);
      toServer.writeInt(length);
      toServer.writeInt(code);
      toServer.write(rest);
      toServer.flush();
      return code == CANCEL_REQUEST ? CANCELS : authenticate();
    }
  }

  private int authenticate() throws IOException {
    int session = REFUSED;
    while (true) {
      Frame frame = Frame.read(fromServer);
      if (frame.type() == 'K') {
        session = frame.body().getInt();
      }
      toClient.write(frame.bytes());
      boolean asks = frame.type() == 'R' && isQuestion(frame.body().getInt());
      if (frame.type() == 'Z' || frame.type() == 'E' || asks) {
        toClient.flush();
      }
      if (frame.type() == 'Z') {
        return session;
      }
      if (frame.type() == 'E') {
        return REFUSED;
      }
      if (asks) {
        toServer.write(Frame.read(fromClient).bytes());
        toServer.flush();
      }
    }
  }

  /** AuthenticationOk (0) and SASLFinal (12) want no answer. */
  private static boolean isQuestion(int authentication) {
    return authentication != 0 && authentication != 12;
  }
}
