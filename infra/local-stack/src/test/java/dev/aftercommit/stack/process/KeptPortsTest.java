package dev.aftercommit.stack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptPortsTest {

  @TempDir private Path folder;

  @Test
  void aPortIsTheSameTheNextTime() {
    int port = new KeptPorts(folder).port("a");

    assertThat(new KeptPorts(folder).port("a")).isEqualTo(port);
    assertThat(new KeptPorts(folder).port("b")).isNotEqualTo(port);
  }

  @Test
  void aPortThatSomebodyElseTookIsReplaced() throws Exception {
    int port = new KeptPorts(folder).port("a");

    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(new KeptPorts(folder).port("a")).isNotEqualTo(taken.getLocalPort());
    }
  }
}
