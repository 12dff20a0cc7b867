package dev.aftercommit.stack.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server that runs as a private process of this machine. */
class ProcessServer implements Lifecycle {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final String name;
  private final String stopSignal;
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
  ProcessServer(
      String name,
      String stopSignal,
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
      throw new ServerException("Cannot start " + command + ": " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void stop() {
    Process running = process;
    if (running == null || !running.isAlive()) {
      return;
    }
    Signals.send(stopSignal, running.pid());
    try {
      if (!running.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
        throw new ServerException(
            "%s did not stop within %d s of %s and was killed. The end of its log:%n%s"
                .formatted(name, STOP_LIMIT.toSeconds(), stopSignal, logTail()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while stopping " + name, e);
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
  public synchronized boolean isRunning() {
    return process != null && process.isAlive();
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
