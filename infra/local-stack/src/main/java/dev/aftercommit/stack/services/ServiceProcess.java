package dev.aftercommit.stack.services;

import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.ManagedProcess;
import dev.aftercommit.stack.process.Readiness;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One instance of a service as a process of this machine. It keeps its port and settings over
 * restarts.
 */
public final class ServiceProcess {

  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  private final String name;
  private final int port;
  private final ManagedProcess process;
  private final HttpClient http;

  /**
   * An instance that has yet to be started.
   *
   * @param name unique among the processes of the data folder
   * @param jar the fast-jar's {@code quarkus-run.jar}
   * @param port where its HTTP interface shall be
   * @param jvmOptions options of the Java machine
   * @param settings environment variables beyond the port
   * @param data where its log goes
   * @param http asks whether it is ready
   */
  public ServiceProcess(
      String name,
      Path jar,
      int port,
      List<String> jvmOptions,
      Map<String, String> settings,
      DataFolder data,
      HttpClient http) {
    this.name = name;
    this.port = port;
    this.http = http;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-jar");
    command.add(jar.toString());
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    this.process =
        new ManagedProcess(
            name, ManagedProcess.StopSignal.TERM, data, data.root(), command, environment);
  }

  /** The name of the instance, for example {@code outbox-relay-2}. */
  public String name() {
    return name;
  }

  /** Where its HTTP interface is. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Starts the process, unless it runs; returns before it is ready. */
  public void start() {
    process.start();
  }

  /**
   * Returns when {@code /q/health/ready} answers 200.
   *
   * @throws dev.aftercommit.stack.process.StackException with the end of the log if the process
   *     ends, or is not ready within 90 s
   */
  public void awaitReady() {
    Readiness.await(name, this::probe, process, READY_LIMIT);
  }

  private void probe() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url().resolve("/q/health/ready")).timeout(ANSWER_LIMIT).build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(
          "/q/health/ready answered " + answer.statusCode() + ": " + answer.body());
    }
  }

  /** {@link #start} and {@link #awaitReady}. */
  public void startAndAwaitReady() {
    start();
    awaitReady();
  }

  /** Asks the process to end (SIGTERM) and waits; kills it after 30 s. */
  public void stop() {
    process.stop();
  }

  /** Kills the process with SIGKILL, as a crash would. */
  public void kill() {
    process.kill();
  }

  /** Holds the process (SIGSTOP) until {@link #resume}. */
  public void pause() {
    process.pause();
  }

  /** Lets a paused process go on. */
  public void resume() {
    process.resume();
  }

  /** Whether the process is there; it may not be ready yet. */
  public boolean isRunning() {
    return process.isRunning();
  }

  /** The id of the process, for its CPU time; of the last one when it does not run. */
  public long pid() {
    return process.pid();
  }

  /** The end of its log. */
  public String logTail() {
    return process.logTail();
  }

  /** Ends the process, in good order where its data are kept. */
  public void close() {
    process.close();
  }
}
