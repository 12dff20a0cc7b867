package dev.aftercommit.employee.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.employee.testing.LogLines;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/**
 * A client that goes away, or falls silent, in the middle of its body is no error of the service.
 */
@QuarkusTest
@TestProfile(BrokenUploadTest.ShortSilence.class)
class BrokenUploadTest {

  public static final class ShortSilence implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("quarkus.http.read-timeout", "500ms");
    }
  }

  @ConfigProperty(name = "quarkus.http.test-port")
  int port;

  @Test
  void aStalledUploadIsRefusedAndNothingIsLogged() throws IOException {
    try (LogLines log = new LogLines();
        Socket client = begin("/imports", "application/x-ndjson")) {
      String answer = new String(client.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);

      assertThat(answer).isIn("HTTP/1.1 400", "HTTP/1.1 408", "");
      assertThat(log.stackTraces()).isEmpty();
      assertThat(log.lines()).noneMatch(line -> line.startsWith("ERROR"));
    }
  }

  @Test
  void anAbortedUploadIsNotLogged() throws IOException {
    try (LogLines log = new LogLines()) {
      begin("/imports", "application/x-ndjson").close();
      begin("/departments", "application/json").close();

      await()
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(log.stackTraces()).isEmpty());
      assertThat(log.lines()).noneMatch(line -> line.startsWith("ERROR"));
    }
  }

  /** Sends the head of a request and less of its body than announced. */
  private Socket begin(String path, String type) throws IOException {
    Socket client = new Socket("localhost", port);
    client.setSoTimeout(30_000);
    client
        .getOutputStream()
        .write(
            "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\n{\"key\""
                .formatted(path, type)
                .getBytes(StandardCharsets.US_ASCII));
    client.getOutputStream().flush();
    return client;
  }
}
