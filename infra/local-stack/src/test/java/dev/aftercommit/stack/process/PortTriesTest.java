package dev.aftercommit.stack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ports that somebody takes between their choice and the start. */
class PortTriesTest {

  @TempDir private Path folder;

  private final List<ServerSocket> others = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final List<Integer> tried = new ArrayList<>();
  private KeptPorts ports;
  private PortTries tries;

  @BeforeEach
  void open() {
    ports = new KeptPorts(folder);
    tries = new PortTries(ports, told::add);
  }

  @AfterEach
  void close() throws IOException {
    for (ServerSocket other : others) {
      other.close();
    }
  }

  @Test
  void anotherPortIsTriedWhenOneIsTakenMeanwhile() {
    int port = tries.start("Program", List.of("a"), () -> listen(2, "it ended"));

    assertThat(tried).hasSize(3).doesNotHaveDuplicates().endsWith(port);
    assertThat(told).hasSize(2).allMatch(line -> line.startsWith("Program: another program"));
    assertThat(new KeptPorts(folder).port("a")).as("kept for the next time").isEqualTo(port);
  }

  @Test
  void whoeverTookThePortMayBeGoneAgain() {
    String log = "bind: Address already in use";
    int port =
        tries.start(
            "Program",
            List.of("a"),
            () -> {
              tried.add(ports.port("a"));
              if (tried.size() < 2) {
                throw new StackException(log);
              }
              return tried.getLast();
            });

    assertThat(tried).hasSize(2).doesNotHaveDuplicates().endsWith(port);
  }

  @Test
  void theTriesAreBounded() {
    assertThatThrownBy(
            () -> tries.start("Program", List.of("a"), () -> listen(PortTries.MOST, "it ended")))
        .isInstanceOf(StackException.class)
        .hasMessage("it ended");
    assertThat(tried).hasSize(PortTries.MOST);
  }

  @Test
  void anotherFailureIsNotTriedAgain() {
    assertThatThrownBy(
            () ->
                tries.start(
                    "Program",
                    List.of("a"),
                    () -> {
                      tried.add(ports.port("a"));
                      throw new StackException("no such table");
                    }))
        .hasMessage("no such table");
    assertThat(tried).hasSize(1);
    assertThat(told).isEmpty();
  }

  @Test
  void ofSeveralPortsTheOthersStay() throws IOException {
    int first = ports.port("a");
    int second = ports.port("b");
    others.add(listenOn(second));

    ports.replace(List.of("a", "b"));

    assertThat(ports.port("a")).isEqualTo(first);
    assertThat(ports.port("b")).isNotEqualTo(second);
  }

  /** A program whose port is taken by another one the first times. */
  private int listen(int takenTimes, String failure) {
    int port = ports.port("a");
    tried.add(port);
    if (tried.size() <= takenTimes) {
      others.add(listenOn(port));
    }
    try (ServerSocket program = listenOn(port)) {
      return program.getLocalPort();
    } catch (IOException | StackException e) {
      throw new StackException(failure, e);
    }
  }

  private static ServerSocket listenOn(int port) {
    try {
      return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new StackException("taken", e);
    }
  }
}
