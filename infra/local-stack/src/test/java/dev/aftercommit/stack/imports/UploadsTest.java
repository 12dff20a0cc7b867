package dev.aftercommit.stack.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against an HTTP server that fails as told; the real service is met in the system tests. */
class UploadsTest {

  @TempDir private Path folder;

  private final AtomicInteger failuresLeft = new AtomicInteger();
  private final AtomicInteger failureStatus = new AtomicInteger(503);
  private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();
  private final RestClient rest = new RestClient(Duration.ofSeconds(5));
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/imports",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          boolean fail = failuresLeft.getAndDecrement() > 0;
          byte[] answer =
              (fail
                      ? "{\"title\":\"told to fail\"}"
                      : "{\"created\":1,\"rejected\":[{\"line\":3,\"reason\":\"no salary\"}]}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(fail ? failureStatus.get() : 200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
    rest.close();
  }

  @Test
  void aRequestThatFailsWith5xxIsSentAgainUnchanged() throws Exception {
    failuresLeft.set(2);

    try (Rejects rejects = rejects();
        Uploads uploads = uploads(rejects)) {
      uploads.send(List.of(row(2), row(3)));
      Totals totals = uploads.finish();

      assertThat(totals.created()).isEqualTo(1);
      assertThat(totals.sent()).isEqualTo(2);
      assertThat(rejects.count()).isEqualTo(1);
    }
    assertThat(bodies).hasSize(3);
    assertThat(bodies.stream().distinct()).hasSize(1);
  }

  @Test
  void aRequestThatIsRefusedEndsTheImportWithTheAnswer() throws Exception {
    failuresLeft.set(1);
    failureStatus.set(400);

    try (Rejects rejects = rejects();
        Uploads uploads = uploads(rejects)) {
      uploads.send(List.of(row(2)));

      assertThatThrownBy(uploads::finish)
          .isInstanceOf(ImportException.class)
          .hasMessageContaining("HTTP 400")
          .hasMessageContaining("told to fail");
    }
    assertThat(bodies).hasSize(1);
  }

  private Uploads uploads(Rejects rejects) {
    return new Uploads(
        rest, URI.create("http://localhost:" + server.getAddress().getPort()), rejects);
  }

  private Rejects rejects() throws IOException {
    return new Rejects(folder.resolve("payroll.csv"), List.of("name", "department", "salary"));
  }

  private static PayrollRow row(long line) {
    return new PayrollRow(line, "Ann#" + line, "Ann", null, "Ops", "1", List.of("Ann", "Ops", "1"));
  }
}
