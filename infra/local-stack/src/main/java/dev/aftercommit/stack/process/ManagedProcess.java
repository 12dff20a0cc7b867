package dev.aftercommit.stack.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program that runs as a private process of this machine, in a session of its own, its output in
 * a log file. Every wait is bounded.
 */
public final class ManagedProcess implements Lifecycle {

  /** The signal that a program takes as the request to stop in good order. */
  public enum StopSignal {
    TERM,
    INT
  }

  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final String name;
  private final StopSignal stopSignal;
  private final boolean discardData;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path folder;
  private final Path log;
  private final PidFile pidFile;
  private @Nullable Process process;

  /**
   * @param name lower-case name for files
   * @param stopSignal the signal that stops the program in good order
   * @param data where logs and process ids go
   * @param folder the working folder
   */
  public ManagedProcess(
      String name,
      StopSignal stopSignal,
      DataFolder data,
      Path folder,
      List<String> command,
      Map<String, String> environment) {
    this.name = name;
    this.stopSignal = stopSignal;
    this.discardData = !data.isKept();
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.folder = folder;
    this.log = data.folder("logs").resolve(name + ".log");
    this.pidFile = data.pidFile(name);
  }

  @Override
  public String origin() {
    return process == null ? "process" : "process " + process.pid();
  }

  @Override
  public synchronized void start() {
    if (isRunning()) {
      return;
    }
    try {
      ProcessBuilder builder =
          new ProcessBuilder(Detached.command(command))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      Process started = builder.start();
      pidFile.write(started.toHandle());
      process = started;
    } catch (IOException e) {
      throw new StackException("Cannot start " + command + ": " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void stop() {
    Process running = process;
    if (running == null || !running.isAlive()) {
      return;
    }
    Signals.send(stopSignal.name(), running.pid());
    try {
      if (!running.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
        throw new StackException(
            "%s did not stop within %d s of %s and was killed. The end of its log:%n%s"
                .formatted(name, STOP_LIMIT.toSeconds(), stopSignal, logTail()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("Interrupted while stopping " + name, e);
    }
    pidFile.delete();
  }

  @Override
  public synchronized void kill() {
    if (process != null) {
      PidFile.killTree(process.toHandle());
      pidFile.delete();
    }
  }

  @Override
  public void pause() {
    // The program first: it starts no more children then. Those of PostgreSQL are in sessions of
    // their own and would go on answering.
    Signals.send("STOP", pid());
    family().forEach(child -> Signals.send("STOP", child));
  }

  @Override
  public void resume() {
    family().forEach(child -> Signals.send("CONT", child));
    Signals.send("CONT", pid());
  }

  private List<Long> family() {
    return ProcessHandle.of(pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .map(ProcessHandle::pid)
        .toList();
  }

  @Override
  public synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  /**
   * The id of the process, or of the last one when it does not run.
   *
   * @throws IllegalStateException if it was never started
   */
  public synchronized long pid() {
    if (process == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return process.pid();
  }

  @Override
  public synchronized OptionalLong processId() {
    return process == null ? OptionalLong.empty() : OptionalLong.of(process.pid());
  }

  @Override
  public String logTail() {
    return LogTail.of(log);
  }

  @Override
  public void close() {
    // Nobody will read the data again, so good order would only cost seconds.
    if (discardData) {
      kill();
    } else {
      stop();
    }
  }
}
