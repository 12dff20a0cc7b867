package dev.aftercommit.employee.idempotency;

import jakarta.interceptor.InterceptorBinding;
import jakarta.ws.rs.NameBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Put on a resource whose commands (POST, PUT, DELETE) may be repeated by a client that got no
 * answer: sent with an {@code Idempotency-Key}, a command has its effect once, and the same answer
 * every time. The key, a fingerprint of the request and the answer commit together with the effect,
 * in one transaction around the resource method; a command that is refused rolls back and leaves no
 * key. Requests without the header pay nothing.
 *
 * <p>The methods return {@link org.jboss.resteasy.reactive.RestResponse} with a JSON body of at
 * most 256 Ki characters or none, and their effect must be able to join a transaction: no
 * transactions of its own, nothing outside the database before commit.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">The
 *     Idempotency-Key HTTP Header Field</a>
 */
@NameBinding
@InterceptorBinding
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface RepeatableCommand {

  /** The request header that names the command. */
  String HEADER = "Idempotency-Key";

  /** The header of an answer that was given before. */
  String REPLAYED_HEADER = "Idempotency-Replayed";

  /**
   * Where an operation says in the API document that it takes no key, and why: the name of an
   * OpenAPI extension whose value is the reason.
   */
  String NOT_TAKEN = "x-idempotency-key-not-taken";
}
