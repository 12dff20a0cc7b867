package dev.aftercommit.notification;

import static dev.aftercommit.notification.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The live stream. */
@ServiceTest
class StreamTest {

  @TestHTTPResource("/notifications/stream")
  URI stream;

  @Test
  void aListenerHearsWhatIsSettledFromNowOnEachOnce() throws Exception {
    try (Broker broker = Broker.connect();
        HttpClient client = HttpClient.newHttpClient()) {
      broker.send(UUID.randomUUID(), Events.salaryChanged("s-before", null, "1.00"));
      await()
          .untilAsserted(() -> assertThat(Rows.stateOf("s-before")).isEqualTo("WITHOUT_ADDRESS"));
      List<String> heard = new CopyOnWriteArrayList<>();
      HttpResponse<Stream<String>> answer =
          client.send(HttpRequest.newBuilder(stream).build(), BodyHandlers.ofLines());
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
      Thread listener = Thread.ofVirtual().start(() -> hear(answer.body(), heard));

      await()
          .untilAsserted(
              () -> {
                broker.send(UUID.randomUUID(), Events.salaryChanged("s-any", null, "1.00"));
                assertThat(heard).isNotEmpty();
              });
      broker.send(UUID.randomUUID(), Events.salaryChanged("s-1", "s@example.org", "1.00"));
      broker.send(UUID.randomUUID(), Events.salaryChanged("s-2", null, "1.00"));

      await()
          .untilAsserted(
              () -> {
                assertThat(heard)
                    .filteredOn(line -> line.contains("\"employee\":\"s-1\""))
                    .singleElement()
                    .asString()
                    .contains("\"state\":\"SENT\"");
                assertThat(heard)
                    .filteredOn(line -> line.contains("\"employee\":\"s-2\""))
                    .hasSize(1);
              });
      assertThat(heard).noneMatch(line -> line.contains("s-before")).doesNotHaveDuplicates();
      client.shutdownNow();
      listener.join();
    }
  }

  @Test
  void aStreamThatHasNothingToTellSaysThatItIsAliveAndWhoComesBackHearsWhatWasMissed()
      throws Exception {
    try (Broker broker = Broker.connect();
        HttpClient client = HttpClient.newHttpClient()) {
      List<String> lines = new CopyOnWriteArrayList<>();
      HttpResponse<Stream<String>> answer =
          client.send(HttpRequest.newBuilder(stream).build(), BodyHandlers.ofLines());
      Thread.ofVirtual().start(() -> hearAll(answer.body(), lines));
      await()
          .untilAsserted(
              () ->
                  assertThat(lines.stream().filter(line -> line.startsWith(":")).count())
                      .isGreaterThan(2));
      String last =
          lines.stream().filter(line -> line.startsWith("id:")).toList().getLast().substring(3);
      client.shutdownNow();

      broker.send(UUID.randomUUID(), Events.salaryChanged("s-missed", null, "1.00"));
      await()
          .untilAsserted(() -> assertThat(Rows.stateOf("s-missed")).isEqualTo("WITHOUT_ADDRESS"));
      try (HttpClient again = HttpClient.newHttpClient()) {
        List<String> heard = new CopyOnWriteArrayList<>();
        HttpRequest request =
            HttpRequest.newBuilder(stream).header("Last-Event-ID", last.strip()).build();
        HttpResponse<Stream<String>> second = again.send(request, BodyHandlers.ofLines());
        Thread.ofVirtual().start(() -> hear(second.body(), heard));
        await()
            .untilAsserted(
                () ->
                    assertThat(heard)
                        .filteredOn(line -> line.contains("\"employee\":\"s-missed\""))
                        .hasSize(1));
        again.shutdownNow();
      }
    }
  }

  private static void hearAll(Stream<String> lines, List<String> heard) {
    try {
      lines.forEach(heard::add);
    } catch (UncheckedIOException closed) {
      // the test has heard enough
    }
  }

  private static void hear(Stream<String> lines, List<String> heard) {
    try {
      lines.filter(line -> line.startsWith("data:")).forEach(heard::add);
    } catch (UncheckedIOException closed) {
      // the test has heard enough
    }
  }
}
