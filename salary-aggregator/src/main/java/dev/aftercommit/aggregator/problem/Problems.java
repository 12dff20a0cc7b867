package dev.aftercommit.aggregator.problem;

import dev.aftercommit.events.ConsistencyToken;
import dev.aftercommit.problem.ProblemType;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response.Status;

/** The problems this service answers with; each type is stable and never reused. */
public final class Problems {

  private static final String RETRY_AFTER_SECONDS = "1";

  private Problems() {}

  /** 400: the consistency token is not one of ours. */
  public static HttpProblem malformedToken() {
    return problem(
            Status.BAD_REQUEST,
            "consistency-token-malformed",
            "The consistency token is malformed",
            "give the token as the write returned it, in the header "
                + ConsistencyToken.HEADER
                + " or the query parameter consistencyToken")
        .build();
  }

  /**
   * 503: the write that the token names has not arrived here, or one between it and the newest has
   * not.
   */
  public static HttpProblem notIncludedYet(ConsistencyToken token, String circumstance) {
    return unavailable(
        "write-not-included-yet",
        "The write is not in the average yet",
        "version %d of %s %s, or one between it and the newest, has not arrived %s; ask again"
            .formatted(token.version(), token.subjectType(), token.subjectId(), circumstance));
  }

  /** 404: no event of this department has arrived. */
  public static HttpProblem departmentNotFound(String id) {
    return problem(
            Status.NOT_FOUND,
            "department-not-found",
            "The department is not known here",
            "no event of department "
                + id
                + " has arrived; after a write, give its consistency token")
        .build();
  }

  /** 404: no parked message has this number. */
  public static HttpProblem messageNotParked(long id) {
    return problem(
            Status.NOT_FOUND,
            "parked-message-not-found",
            "The message is not parked",
            "no parked message " + id + "; it may have been replayed already")
        .build();
  }

  private static HttpProblem unavailable(String name, String title, String detail) {
    return problem(Status.SERVICE_UNAVAILABLE, name, title, detail)
        .withHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
        .build();
  }

  private static HttpProblem.Builder problem(
      Status status, String name, String title, String detail) {
    return HttpProblem.builder()
        .withType(ProblemType.of(name))
        .withTitle(title)
        .withStatus(status)
        .withDetail(detail);
  }
}
