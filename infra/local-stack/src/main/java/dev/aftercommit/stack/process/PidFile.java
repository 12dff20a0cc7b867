package dev.aftercommit.stack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Remembers a process beyond our own life, by id and start time: an id that the system gave to
 * another process since is never mistaken for it.
 */
public final class PidFile {

  private static final Duration END_LIMIT = Duration.ofSeconds(3);

  private final Path file;

  /** The file need not exist. */
  public PidFile(Path file) {
    this.file = file;
  }

  /** Writes the process into the file. */
  public void write(ProcessHandle process) {
    String start = process.info().startInstant().map(Instant::toString).orElse("");
    try {
      Files.writeString(file, process.pid() + " " + start + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the file. */
  public void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process that the file names, if it still lives. */
  public Optional<ProcessHandle> process() {
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      String[] words = Files.readString(file).strip().split(" ", 2);
      String start = words.length == 2 ? words[1] : "";
      return ProcessHandle.of(Long.parseLong(words[0]))
          .filter(ProcessHandle::isAlive)
          .filter(
              process ->
                  process.info().startInstant().map(Instant::toString).orElse("").equals(start));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NumberFormatException e) {
      // Half written by a program that was killed: it names nobody.
      return Optional.empty();
    }
  }

  /** Ends the process that the file names, with its children, and removes the file. */
  public void endProcess() {
    process().ifPresent(PidFile::killTree);
    delete();
  }

  /** Kills the process and its descendants with SIGKILL and waits, bounded, until they are gone. */
  static void killTree(ProcessHandle process) {
    var family = process.descendants().toList();
    process.destroyForcibly();
    family.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(process);
    family.forEach(PidFile::awaitEnd);
  }

  private static void awaitEnd(ProcessHandle process) {
    // Nobody survives SIGKILL. In a container whose first process reaps no children a zombie stays
    // listed for ever: it
    // holds neither port nor file, so there is nothing to wait for beyond the limit.
    process.onExit().completeOnTimeout(process, END_LIMIT.toMillis(), TimeUnit.MILLISECONDS).join();
  }
}
