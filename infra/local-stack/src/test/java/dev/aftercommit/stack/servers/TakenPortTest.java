package dev.aftercommit.stack.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.stack.process.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real servers whose port another program takes between its choice and the start. */
class TakenPortTest {

  private final List<String> told = new ArrayList<>();
  private final List<ServerSocket> others = new ArrayList<>();
  private final DataFolder data = DataFolder.temporary();

  @AfterEach
  void close() throws IOException {
    data.close();
    for (ServerSocket other : others) {
      other.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerWhosePortIsTakenMeanwhileStartsOnAnother(ServerKind kind) throws Exception {
    ServersConfig config = ServersConfig.of(kind).withProgress(told::add);
    ServerFactory factory = new ServerFactory(config, data);
    try (Servers servers = Servers.within(data, config, _ -> {})) {
      Server started =
          servers.startOnFreePorts(
              kind,
              wanted -> {
                Server chosen = factory.create(wanted);
                if (others.isEmpty()) {
                  others.add(listenOn(chosen.port()));
                }
                return chosen;
              });

      assertThat(started.port()).isNotEqualTo(others.getFirst().getLocalPort());
      assertThat(started.isRunning()).isTrue();
      started.probe();
      assertThat(told).anyMatch(line -> line.contains("another program took its port"));
    }
  }

  private static ServerSocket listenOn(int port) {
    try {
      return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
