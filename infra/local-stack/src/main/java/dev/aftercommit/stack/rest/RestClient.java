package dev.aftercommit.stack.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * JSON over HTTP/1.1 with connections that are kept alive. Every call is bounded by the timeout.
 * Answers of every status are returned; an {@link IOException} means that there was no answer.
 * Thread-safe.
 */
public final class RestClient implements AutoCloseable {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String JSON = "application/json";

  private static final int MOST_CONNECTIONS = 1_200;

  private final CloseableHttpClient http;

  /**
   * @param timeout how long an answer may take
   */
  public RestClient(Duration timeout) {
    Timeout limit = Timeout.of(timeout);
    PoolingHttpClientConnectionManager connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnTotal(MOST_CONNECTIONS)
            .setMaxConnPerRoute(MOST_CONNECTIONS)
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.ofSeconds(5))
                    .setSocketTimeout(limit)
                    .build())
            .build();
    // A write that got no answer may have committed: whether to repeat it is not ours to decide.
    this.http =
        HttpClients.custom()
            .setConnectionManager(connections)
            .setDefaultRequestConfig(RequestConfig.custom().setResponseTimeout(limit).build())
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .build();
  }

  public Answer get(URI uri, Map<String, String> headers) throws IOException, InterruptedException {
    HttpUriRequestBase request = new HttpUriRequestBase("GET", uri);
    headers.forEach(request::setHeader);
    return send(request, null);
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
    return post(uri, body, Map.of());
  }

  public Answer post(URI uri, Object body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpUriRequestBase request = new HttpUriRequestBase("POST", uri);
    headers.forEach(request::setHeader);
    return send(request, entity(JSON, json(body)));
  }

  /** POST without a body. */
  public Answer post(URI uri) throws IOException, InterruptedException {
    return send(new HttpUriRequestBase("POST", uri), null);
  }

  /** POST of a body in another media type. */
  public Answer post(URI uri, String mediaType, byte[] body)
      throws IOException, InterruptedException {
    return send(new HttpUriRequestBase("POST", uri), entity(mediaType, body));
  }

  public Answer put(URI uri, Object body) throws IOException, InterruptedException {
    return put(uri, body, Map.of());
  }

  public Answer put(URI uri, Object body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpUriRequestBase request = new HttpUriRequestBase("PUT", uri);
    headers.forEach(request::setHeader);
    return send(request, entity(JSON, json(body)));
  }

  public Answer delete(URI uri) throws IOException, InterruptedException {
    return send(new HttpUriRequestBase("DELETE", uri), null);
  }

  /** Writes a value as one line of JSON. */
  public static byte[] json(Object value) throws IOException {
    return MAPPER.writeValueAsBytes(value);
  }

  @Override
  public void close() {
    http.close(CloseMode.IMMEDIATE);
  }

  private static ByteArrayEntity entity(String mediaType, byte[] body) {
    return new ByteArrayEntity(body, ContentType.parse(mediaType));
  }

  private Answer send(HttpUriRequestBase request, @Nullable HttpEntity body)
      throws IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("before " + request);
    }
    request.setHeader("Accept", JSON + ", application/problem+json");
    if (body != null) {
      request.setEntity(body);
    }
    return http.execute(request, RestClient::answer);
  }

  private static Answer answer(ClassicHttpResponse response) throws IOException {
    HttpEntity body = response.getEntity();
    return new Answer(
        response.getCode(),
        body == null ? MissingNode.getInstance() : parse(EntityUtils.toByteArray(body)),
        header(response, "Consistency-Token"),
        header(response, "Idempotency-Replayed") != null);
  }

  private static @Nullable String header(ClassicHttpResponse response, String name) {
    Header header = response.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  private static JsonNode parse(byte[] body) throws IOException {
    if (body.length == 0) {
      return MissingNode.getInstance();
    }
    return body[0] == '{' || body[0] == '['
        ? MAPPER.readTree(body)
        : MAPPER.getNodeFactory().textNode(new String(body, StandardCharsets.UTF_8));
  }
}
