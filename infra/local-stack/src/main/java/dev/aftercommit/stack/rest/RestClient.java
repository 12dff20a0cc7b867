package dev.aftercommit.stack.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * JSON over HTTP/1.1 with connections that are kept alive. Every call is bounded by the timeout.
 * Answers of every status are returned; an {@link IOException} means that there was no answer.
 * Thread-safe.
 */
public final class RestClient implements AutoCloseable {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String JSON = "application/json";

  private final Duration timeout;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http;

  /**
   * @param timeout how long an answer may take
   */
  public RestClient(Duration timeout) {
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .executor(executor)
            .build();
  }

  public Answer get(URI uri, Map<String, String> headers) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).GET();
    headers.forEach(request::setHeader);
    return send(request);
  }

  public Answer get(URI uri) throws IOException, InterruptedException {
    return get(uri, Map.of());
  }

  /** The body of a GET that must succeed. */
  public JsonNode read(URI uri) throws IOException, InterruptedException {
    Answer answer = get(uri);
    if (!answer.isOk()) {
      throw new UnexpectedAnswerException("GET " + uri + " answered " + answer.summary());
    }
    return answer.body();
  }

  public Answer post(URI uri, Object body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", JSON)
            .POST(BodyPublishers.ofByteArray(json(body))));
  }

  /** POST of a body in another media type. */
  public Answer post(URI uri, String mediaType, byte[] body)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", mediaType)
            .POST(BodyPublishers.ofByteArray(body)));
  }

  public Answer put(URI uri, Object body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", JSON)
            .PUT(BodyPublishers.ofByteArray(json(body))));
  }

  public Answer delete(URI uri) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri).DELETE());
  }

  /** Writes a value as one line of JSON. */
  public static byte[] json(Object value) throws IOException {
    return MAPPER.writeValueAsBytes(value);
  }

  @Override
  public void close() {
    http.shutdownNow();
    executor.shutdownNow();
  }

  private Answer send(HttpRequest.Builder builder) throws IOException, InterruptedException {
    HttpRequest request =
        builder.timeout(timeout).setHeader("Accept", JSON + ", application/problem+json").build();
    HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
    return new Answer(
        response.statusCode(),
        parse(response.body()),
        response.headers().firstValue("Consistency-Token").orElse(null));
  }

  private static JsonNode parse(byte[] body) throws IOException {
    if (body.length == 0) {
      return MissingNode.getInstance();
    }
    return body[0] == '{' || body[0] == '['
        ? MAPPER.readTree(body)
        : MAPPER
            .getNodeFactory()
            .textNode(new String(body, java.nio.charset.StandardCharsets.UTF_8));
  }
}
