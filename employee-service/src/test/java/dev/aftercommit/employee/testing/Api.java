package dev.aftercommit.employee.testing;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.ConfigProvider;

/** The service as a client sees it: over HTTP, also several requests at once. */
@ApplicationScoped
public class Api {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  // HTTP/1.1: requests at once then have a connection each. Over one HTTP/2 connection two uploads
  // share its
  // flow-control window, and the second may not even begin before the first ends.
  private final HttpClient client = HttpClient.newBuilder().version(Version.HTTP_1_1).build();

  /** An answer with its body, null when it has none. */
  public record Answer(int status, HttpResponse<String> response, JsonNode body) {

    public String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }

    public String id() {
      return body.get("id").asText();
    }

    public long version() {
      return body.get("version").asLong();
    }

    public String problem() {
      return body.get("type").asText();
    }
  }

  public Answer get(String path) {
    return send(request("GET", path, null)).join();
  }

  public Answer post(String path, String json, String... headers) {
    return postLater(path, json, headers).join();
  }

  public CompletableFuture<Answer> postLater(String path, String json, String... headers) {
    return send(request("POST", path, json, headers));
  }

  public Answer put(String path, String json, String... headers) {
    return putLater(path, json, headers).join();
  }

  public CompletableFuture<Answer> putLater(String path, String json, String... headers) {
    return send(request("PUT", path, json, headers));
  }

  public Answer delete(String path, String... headers) {
    return send(request("DELETE", path, null, headers)).join();
  }

  public CompletableFuture<Answer> importLater(String ndjson) {
    return send(request("POST", "/imports", ndjson, "Content-Type", "application/x-ndjson"));
  }

  public Answer importRows(String ndjson) {
    return importLater(ndjson).join();
  }

  public Answer send(String method, String path, String body, String... headers) {
    return send(request(method, path, body, headers)).join();
  }

  /** A new department with a name of its own; returns its id. */
  public String department(String budget) {
    return post("/departments", "{\"name\":\"%s\",\"budget\":%s}".formatted(unique("Dept"), budget))
        .id();
  }

  /** A new employee; returns the id. */
  public String employee(String department, String salary) {
    return hireLater(department, salary).join().id();
  }

  public CompletableFuture<Answer> hireLater(String department, String salary) {
    return postLater(
        "/employees",
        "{\"name\":\"Ann\",\"email\":\"ann@example.org\",\"department\":\"%s\",\"salary\":%s}"
            .formatted(department, salary));
  }

  public static String unique(String prefix) {
    return prefix + " " + UUID.randomUUID();
  }

  private HttpRequest request(String method, String path, String body, String... headers) {
    int port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.setHeader("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return request.build();
  }

  private CompletableFuture<Answer> send(HttpRequest request) {
    return client.sendAsync(request, BodyHandlers.ofString()).thenApply(Api::answer);
  }

  private static Answer answer(HttpResponse<String> response) {
    try {
      boolean json =
          response.headers().firstValue("Content-Type").map(t -> t.contains("json")).orElse(false);
      return new Answer(
          response.statusCode(), response, json ? JSON.readTree(response.body()) : null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
