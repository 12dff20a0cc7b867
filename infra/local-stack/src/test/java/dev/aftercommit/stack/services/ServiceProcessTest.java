package dev.aftercommit.stack.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.PortTries;
import dev.aftercommit.stack.process.Ports;
import dev.aftercommit.stack.process.StackException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessTest {

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private DataFolder data;
  private ServiceProcess service;

  @BeforeEach
  void open() {
    data = DataFolder.temporary();
  }

  @AfterEach
  void close() {
    service.close();
    data.close();
    http.close();
  }

  @Test
  void aKilledServiceStartsAgainOnItsPort() throws Exception {
    service = service(Map.of());
    service.startAndAwaitReady();
    long firstPid = service.pid();

    service.kill();
    assertThat(service.isRunning()).isFalse();
    service.startAndAwaitReady();

    assertThat(service.isRunning()).isTrue();
    assertThat(service.pid()).isNotEqualTo(firstPid);
    service.stop();
    assertThat(service.isRunning()).isFalse();
  }

  @Test
  void aServiceThatEndsWhileStartingIsToldWithItsLog() throws Exception {
    service = service(Map.of("FAIL_WITH", "no such table: employees"));

    assertThatThrownBy(service::startAndAwaitReady)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("small-service")
        .hasMessageContaining("ended instead of starting")
        .hasMessageContaining("no such table: employees");
  }

  @Test
  void aServiceWhosePortIsTakenMeanwhileStartsOnAnother() throws Exception {
    Path jar = jar();
    List<ServerSocket> others = new ArrayList<>();
    service =
        new PortTries(data.ports(), _ -> {})
            .start(
                "small-service",
                List.of("small-service"),
                () -> {
                  int port = data.ports().port("small-service");
                  if (others.isEmpty()) {
                    others.add(listenOn(port));
                  }
                  ServiceProcess tried =
                      new ServiceProcess(
                          "small-service", jar, port, List.of(), Map.of(), data, http);
                  tried.startAndAwaitReady();
                  return tried;
                });

    try (ServerSocket other = others.getFirst()) {
      assertThat(service.url().getPort()).isNotEqualTo(other.getLocalPort());
    }
    assertThat(service.isRunning()).isTrue();
  }

  private static ServerSocket listenOn(int port) {
    try {
      return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ServiceProcess service(Map<String, String> settings) throws Exception {
    return new ServiceProcess(
        "small-service", jar(), Ports.free(), List.of(), settings, data, http);
  }

  private Path jar() throws Exception {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, SmallService.class.getName());
    Path jar = folder.resolve("small-service.jar");
    String entry = SmallService.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        InputStream code = SmallService.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new JarEntry(entry));
      code.transferTo(out);
    }
    return jar;
  }

  /** Answers every request with 200 on the port that the environment names. */
  static final class SmallService {
    public static void main(String[] arguments) throws Exception {
      String failure = System.getenv("FAIL_WITH");
      if (failure != null) {
        throw new IllegalStateException(failure);
      }
      int port = Integer.parseInt(System.getenv("QUARKUS_HTTP_PORT"));
      HttpServer server =
          HttpServer.create(new InetSocketAddress(System.getenv("QUARKUS_HTTP_HOST"), port), 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      server.start();
    }
  }
}
