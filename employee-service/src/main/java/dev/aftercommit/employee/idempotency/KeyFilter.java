package dev.aftercommit.employee.idempotency;

import dev.aftercommit.employee.http.BoundedJson;
import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.problem.Problems;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Takes the fingerprint of a request that comes with a key, before its body is read. */
class KeyFilter {

  private static final Set<String> COMMANDS =
      Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);

  private final KeyedRequest request;

  @Inject
  KeyFilter(KeyedRequest request) {
    this.request = request;
  }

  /**
   * Keeps the command of the request.
   *
   * @throws Problem 400 when the key is malformed, or the body longer than any that is accepted
   */
  @ServerRequestFilter
  @RepeatableCommand
  void takeFingerprint(ContainerRequestContext context) throws IOException {
    @Nullable String header = context.getHeaderString(RepeatableCommand.HEADER);
    if (header == null || !COMMANDS.contains(context.getMethod())) {
      return;
    }
    String key = IdempotencyKey.parse(header);
    byte[] body = context.getEntityStream().readNBytes(BoundedJson.MAX_BYTES + 1);
    if (body.length > BoundedJson.MAX_BYTES) {
      throw Problems.malformedRequest("the body is longer than any request of this service");
    }
    context.setEntityStream(new ByteArrayInputStream(body));
    request.accept(
        KeyedCommand.of(
            key,
            context.getMethod(),
            context.getUriInfo().getRequestUri().getRawPath(),
            context.getUriInfo().getRequestUri().getRawQuery(),
            context.getHeaderString(HttpHeaders.IF_MATCH),
            body));
  }
}
