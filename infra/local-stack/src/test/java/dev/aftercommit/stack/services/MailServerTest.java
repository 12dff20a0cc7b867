package dev.aftercommit.stack.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.stack.process.Ports;
import dev.aftercommit.stack.process.StackException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class MailServerTest {

  @Test
  void aPortThatIsTakenIsToldAndAnotherCanBeTried() throws Exception {
    int port = Ports.free();
    try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> MailServer.start(other.getLocalPort()))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("port " + port);
    }
    try (MailServer server = MailServer.start(port)) {
      assertThat(server.port()).isEqualTo(port);
    }
  }
}
