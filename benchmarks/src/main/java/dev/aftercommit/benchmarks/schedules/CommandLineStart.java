package dev.aftercommit.benchmarks.schedules;

import dev.aftercommit.lab.cli.LabCommand;
import dev.aftercommit.lab.database.ServerAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Starts the lab's command line as the launcher does, for one schedule on a running server. */
final class CommandLineStart {

  /** A search that is ended by its budget says so, and one whose schedule failed says that. */
  private static final List<Integer> EXPECTED = List.of(1, 4);

  private CommandLineStart() {}

  /** Seconds from the start of the JVM to its end, cleaning up included. */
  static double seconds(ServerAddress server) throws IOException, InterruptedException {
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
            "--max=1",
            "--postgres=postgresql://%s:%s@%s:%d/%s"
                .formatted(
                    server.user(),
                    server.password(),
                    server.host(),
                    server.port(),
                    server.maintenance()));
    long begin = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (!EXPECTED.contains(exit)) {
      throw new IllegalStateException(
          "the command line ended with %d: %s".formatted(exit, printed));
    }
    return seconds;
  }
}
