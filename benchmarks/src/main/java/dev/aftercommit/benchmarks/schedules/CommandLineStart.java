package dev.aftercommit.benchmarks.schedules;

import dev.aftercommit.lab.cli.LabCommand;
import dev.aftercommit.lab.database.ServerAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts the lab's command line as the launcher does, for one schedule. */
final class CommandLineStart {

  private static final String FIRST_SCHEDULE = "1 schedules, ";
  private static final int LONGEST_SECONDS = 60;

  private CommandLineStart() {}

  /** Seconds from the start of the JVM to the end of its first schedule, on a running server. */
  static double secondsOn(ServerAddress server) throws IOException, InterruptedException {
    return seconds(
        List.of(
            "--postgres=postgresql://%s:%s@%s:%d/%s"
                .formatted(
                    server.user(),
                    server.password(),
                    server.host(),
                    server.port(),
                    server.maintenance())));
  }

  /** The same with a server that is made for it. */
  static double secondsWithItsServer() throws IOException, InterruptedException {
    return seconds(List.of());
  }

  private static double seconds(List<String> where) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            LabCommand.class.getName(),
            "run",
            "lost-update",
            "--max=1");
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(Stream.concat(command.stream(), where.stream()).toList())
            .redirectErrorStream(true)
            .start();
    double seconds = -1;
    StringBuilder printed = new StringBuilder();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        printed.append(line).append('\n');
        if (seconds < 0 && line.contains(FIRST_SCHEDULE)) {
          seconds = (System.nanoTime() - begin) / 1e9;
        }
      }
    }
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) || seconds < 0) {
      process.destroyForcibly();
      throw new IllegalStateException("the command line ran no schedule: " + printed);
    }
    return seconds;
  }
}
