package dev.aftercommit.lab.gate.redis;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages and keeps the bytes of the last one, so that they can be passed on as they are.
 */
final class RespReader {

  /** The longest message that is believed: a broken length must not take all memory. */
  private static final int LONGEST = 256 << 20;

  private final InputStream in;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();

  RespReader(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /** The bytes of the message that was read last. */
  byte[] bytes() {
    return read.toByteArray();
  }

  /** Passes on all that comes from now on, as it comes. */
  void transferTo(OutputStream out) throws IOException {
    in.transferTo(out);
  }

  /** The next answer of a server. */
  Resp readAnswer() throws IOException {
    read.reset();
    return value((char) next());
  }

  /** The next command of a client; null if it has hung up. */
  @Nullable RedisCommand readCommand() throws IOException {
    while (true) {
      read.reset();
      int first = in.read();
      if (first < 0) {
        return null;
      }
      read.write(first);
      List<String> words = first == '*' ? array() : inline(first);
      // As the server, which does not answer an empty one.
      if (!words.isEmpty()) {
        return new RedisCommand(words);
      }
    }
  }

  private List<String> array() throws IOException {
    return value('*').items().stream().map(Resp::text).toList();
  }

  /** A command as people type it. */
  private List<String> inline(int first) throws IOException {
    if (first < ' ' && first != '\r' && first != '\n' && first != '\t') {
      throw new IOException(
          "Expected a command, got the byte %d: this is not Redis' protocol; is TLS on?"
              .formatted(first));
    }
    String line = first == '\n' ? "" : (char) first + line();
    return CommandLine.words(line).stream()
        .map(word -> new String(word, StandardCharsets.UTF_8))
        .toList();
  }

  private Resp value(char type) throws IOException {
    return switch (type) {
      case '+', '-', ':', ',', '#', '(' -> new Resp(type, line(), List.of());
      case '$', '!', '=' -> bulk(type);
      case '*', '~', Resp.PUSH -> items(type, 1);
      case '%' -> items(type, 2);
      case Resp.NULL -> {
        line();
        yield nothing();
      }
      case '|' -> {
        // Attributes say something about the answer, which follows.
        items(type, 2);
        yield value((char) next());
      }
      default ->
          throw new IOException(
              "A message begins with '%c', which is neither RESP2 nor RESP3".formatted(type));
    };
  }

  private static Resp nothing() {
    return new Resp(Resp.NULL, "", List.of());
  }

  private Resp bulk(char type) throws IOException {
    int length = length();
    if (length < 0) {
      return nothing();
    }
    byte[] bytes = in.readNBytes(length + 2);
    if (bytes.length < length + 2) {
      throw new EOFException("the connection was closed within a message");
    }
    read.write(bytes);
    return new Resp(type, new String(bytes, 0, length, StandardCharsets.UTF_8), List.of());
  }

  private Resp items(char type, int each) throws IOException {
    int length = length();
    if (length < 0) {
      return nothing();
    }
    List<Resp> items = new ArrayList<>();
    for (int i = 0; i < length * each; i++) {
      items.add(value((char) next()));
    }
    return new Resp(type, "", items);
  }

  private int length() throws IOException {
    String line = line();
    try {
      int length = Integer.parseInt(line);
      if (length <= LONGEST) {
        return length;
      }
    } catch (NumberFormatException e) {
      throw new IOException("Expected a length, got '%s'".formatted(line), e);
    }
    throw new IOException(
        "A message says it is %s long; more than %d is not believed".formatted(line, LONGEST));
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = next();
    while (next != '\n') {
      line.write(next);
      next = next();
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private int next() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException("the connection was closed");
    }
    read.write(next);
    return next;
  }
}
