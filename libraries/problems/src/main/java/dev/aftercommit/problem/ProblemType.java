package dev.aftercommit.problem;

import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.Response.StatusType;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Names of problems. A name is part of a service's contract: it never changes and is never reused.
 */
public final class ProblemType {

  /** 400: understood, and out of its bounds; the member {@code violations} names each field. */
  public static final String VALIDATION_FAILED = "validation-failed";

  /** 400: not understood. */
  public static final String MALFORMED_REQUEST = "malformed-request";

  /** 503: the database does not take the request; it may be tried again. */
  public static final String DATABASE_UNAVAILABLE = "database-unavailable";

  private static final String RETRY_AFTER_SECONDS = "1";

  private ProblemType() {}

  /** The type with this name: {@code urn:aftercommit:problem:<name>}. */
  public static URI of(String name) {
    return URI.create("urn:aftercommit:problem:" + name);
  }

  /** The name in words, so that type and title never disagree. */
  public static String titleOf(String name) {
    String words = name.replace('-', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  /** Begins a problem; add members and headers, then build and throw it. */
  public static HttpProblem.Builder problem(StatusType status, String name, String detail) {
    return HttpProblem.builder()
        .withType(of(name))
        .withTitle(titleOf(name))
        .withStatus(status)
        .withDetail(detail);
  }

  /** 503: the database is away, takes no changes, or did not answer in time; with Retry-After. */
  public static HttpProblem databaseUnavailable(SQLException failure) {
    String state = failure.getSQLState();
    return problem(
            Status.SERVICE_UNAVAILABLE,
            DATABASE_UNAVAILABLE,
            state == null
                ? "no connection to the database was free in time"
                : "SQLState " + state + "; the log of this service has the rest")
        .withHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
        .build();
  }

  /**
   * 400: one field is out of its bounds, in the shape of a violated constraint.
   *
   * @param in where the field is: {@code query} or {@code body}
   * @param message what was expected and what was found, without the name of the field
   */
  public static HttpProblem invalid(String in, String field, String message) {
    return problem(Status.BAD_REQUEST, VALIDATION_FAILED, field + " " + message)
        .with("violations", List.of(Map.of("field", field, "in", in, "message", message)))
        .build();
  }
}
