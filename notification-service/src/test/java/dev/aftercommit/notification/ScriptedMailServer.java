package dev.aftercommit.notification;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** An SMTP server whose answers are written by the test. */
final class ScriptedMailServer implements AutoCloseable {

  /** Says what is answered: to {@code GREETING}, to a command, or to the final dot. */
  @FunctionalInterface
  interface Script {
    String answer(String line, String usual) throws InterruptedException;
  }

  private final ServerSocket server;
  private final Thread acceptor;
  private final List<Socket> clients = new CopyOnWriteArrayList<>();
  private final List<String> taken = new CopyOnWriteArrayList<>();
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private volatile Script script;

  ScriptedMailServer(int port, Script script) throws IOException {
    this.script = script;
    server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    acceptor = Thread.ofVirtual().start(this::accept);
  }

  static Script always(String beginning, String reply) {
    return (line, usual) -> line.startsWith(beginning) ? reply : usual;
  }

  void script(Script next) {
    script = next;
  }

  /** Texts of the mails whose final dot arrived, headers included. */
  List<String> taken() {
    return taken;
  }

  List<String> commands() {
    return commands;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        clients.add(client);
        Thread.ofVirtual().start(() -> talk(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void talk(Socket client) {
    try (client;
        BufferedReader in =
            new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
        OutputStream out = client.getOutputStream()) {
      answer(out, script.answer("GREETING", "220 scripted"));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String command = line.toUpperCase(Locale.ROOT);
        commands.add(line);
        String usual = command.startsWith("DATA") ? "354 go on" : "250 OK";
        String reply = script.answer(command, usual);
        answer(out, reply);
        if (reply.startsWith("354")) {
          taken.add(mail(in));
          answer(out, script.answer(".", "250 taken"));
        }
      }
    } catch (IOException | InterruptedException gone) {
      // the client went away, which ends the conversation as well
    }
  }

  private static String mail(BufferedReader in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      text.append(line).append('\n');
    }
    return text.toString();
  }

  private static void answer(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(ISO_8859_1));
    out.flush();
  }

  /** Returns when the port is free. */
  @Override
  public void close() throws IOException {
    server.close();
    try {
      acceptor.join(); // the port stays bound until nobody waits in accept any more
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Socket client : clients) {
      client.close();
    }
  }
}
