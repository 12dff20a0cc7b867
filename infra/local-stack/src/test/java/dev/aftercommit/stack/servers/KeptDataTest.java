package dev.aftercommit.stack.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.StackException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptDataTest {

  @TempDir private Path temporary;

  @Test
  void rowsAndPortOutliveTheServersInAKeptFolder() throws Exception {
    Path folder = temporary.resolve("kept");
    ServersConfig config = ServersConfig.of(ServerKind.POSTGRES).keptIn(folder);
    int port;
    try (Servers first = Servers.start(config)) {
      port = first.postgres().port();
      run(first, "CREATE TABLE kept AS SELECT 7 AS n");
      assertThatThrownBy(() -> Servers.start(config))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("in use");
    }

    try (Servers second = Servers.start(config)) {
      assertThat(second.postgres().port()).isEqualTo(port);
      run(second, "INSERT INTO kept VALUES (8)");
    }

    Servers.removeData(folder);
    assertThat(folder).doesNotExist();
  }

  @Test
  void serversAndServicesDoNotForgetEachOthersPorts() {
    Path folder = temporary.resolve("ports");
    int redisPort;
    int otherPort;
    try (DataFolder data = DataFolder.kept(folder);
        Servers servers = Servers.within(data, ServersConfig.of(ServerKind.REDIS), server -> {})) {
      servers.start();
      redisPort = servers.redis().port();
      otherPort = data.ports().port("service");
    }

    try (DataFolder data = DataFolder.kept(folder)) {
      assertThat(data.ports().port("redis")).isEqualTo(redisPort);
      assertThat(data.ports().port("service")).isEqualTo(otherPort);
    }
    Servers.removeData(folder);
  }

  @Test
  void serversOfAKilledProgramAreStoppedByTheNextOneOnTheFolder() throws Exception {
    Path folder = temporary.resolve("orphaned");
    Process program = startProgram(folder);
    int port = Integer.parseInt(firstLine(program).strip());
    program.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    String orphan = runId(port);

    try (Servers next = Servers.start(ServersConfig.of(ServerKind.REDIS).keptIn(folder))) {
      assertThat(next.redis().port()).isEqualTo(port);
      assertThat(runId(port)).isNotEqualTo(orphan);
    }
    Servers.removeData(folder);
  }

  private static Process startProgram(Path folder) throws Exception {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ProgramThatGetsKilled.class.getName(),
                folder.toString()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String firstLine(Process program) throws Exception {
    return new BufferedReader(
            new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8))
        .readLine();
  }

  /** What tells this start of the Redis on the port from any other. */
  private static String runId(int port) throws Exception {
    try (Socket socket = new Socket("localhost", port)) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write("INFO server\r\n".getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String line;
      do {
        line = answer.readLine();
      } while (!line.startsWith("run_id:"));
      return line;
    }
  }

  private static void run(Servers servers, String sql) throws Exception {
    try (var connection = servers.postgres().connectAsSuperuser("employee");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Starts Redis in the folder, prints its port and waits to be killed. */
  static final class ProgramThatGetsKilled {
    public static void main(String[] arguments) throws Exception {
      Servers servers =
          Servers.start(ServersConfig.of(ServerKind.REDIS).keptIn(Path.of(arguments[0])));
      System.out.println(servers.redis().port());
      Thread.currentThread().join();
    }
  }
}
