package dev.aftercommit.lab.scenario;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A command of the shell that runs in a process group of its own, so that its children end with it.
 * It reads nothing; what it writes goes to files.
 */
final class Program {

  private static final int TAIL_BYTES = 4096;
  private static final int TAIL_LINES = 10;

  /** Those that lead a client to a server; one that is not told must not find another. */
  private static final Set<String> ADDRESSES = Set.of("DATABASE_URL", "REDIS_URL", "AMQP_URL");

  private final Process process;
  private final Path out;
  private final Path err;

  private Program(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts it in the working directory of this JVM.
   *
   * @param environment beside what this JVM has, without its addresses of servers
   * @param folder where its output goes, over that of the program before
   * @throws IOException if there is no {@code setsid} or no shell
   */
  static Program start(String command, Map<String, String> environment, Path folder)
      throws IOException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "/bin/sh", "-c", command)
            .redirectInput(Redirect.from(new File("/dev/null")))
            .redirectOutput(Redirect.to(out.toFile()))
            .redirectError(Redirect.to(err.toFile()));
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("PG") || ADDRESSES.contains(name));
    builder.environment().putAll(environment);
    return new Program(builder.start(), out, err);
  }

  /** Complete when the command has ended; its children may still run. */
  CompletableFuture<Process> ended() {
    return process.onExit();
  }

  /** Ends it and its children at once; when this returns the command has ended. */
  void kill() throws IOException {
    // One that has not come to setsid yet has no group.
    process.destroyForcibly();
    new ProcessBuilder("/bin/sh", "-c", "kill -9 -%d 2>/dev/null".formatted(process.pid()))
        .start()
        .onExit()
        .join();
    ended().join();
  }

  /** What the command ended with. */
  int exitCode() {
    return process.exitValue();
  }

  /** The last line of standard error; empty if there is none. */
  String lastError() {
    List<String> lines = tail(err);
    return lines.isEmpty() ? "" : lines.getLast().strip();
  }

  /** The last lines that it has written. */
  String output() {
    return String.join("\n", tail(out)) + "\n" + String.join("\n", tail(err));
  }

  private static List<String> tail(Path file) {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, bytes.length() - TAIL_BYTES);
      byte[] last = new byte[(int) (bytes.length() - from)];
      bytes.seek(from);
      bytes.readFully(last);
      List<String> lines =
          new String(last, StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank()).toList();
      return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read what a command has written", e);
    }
  }

  /** A folder for the output of programs. */
  static Path newFolder() {
    try {
      return Files.createTempDirectory("aftercommit-lab-");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a folder for what commands write", e);
    }
  }

  /** Removes the folder. */
  static void remove(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve("out"));
      Files.deleteIfExists(folder.resolve("err"));
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + folder, e);
    }
  }
}
