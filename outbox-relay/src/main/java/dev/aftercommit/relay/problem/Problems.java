package dev.aftercommit.relay.problem;

import dev.aftercommit.problem.ProblemType;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response.Status;

/** The problems the relay answers with; each type is stable and never reused. */
public final class Problems {

  private static final String RETRY_AFTER_SECONDS = "1";

  private Problems() {}

  /** 404: no event at this position is parked. */
  public static HttpProblem eventNotParked(long position) {
    return ProblemType.problem(
            Status.NOT_FOUND,
            "parked-event-not-found",
            "no parked event at position %d; it may have been replayed already".formatted(position))
        .build();
  }

  /** 400: another number of events than can be published again. */
  public static HttpProblem lastOutOfBounds(int found, int most) {
    return ProblemType.invalid(
        "body", "last", "must be a number from 1 to %d, found: %d".formatted(most, found));
  }

  /** 503: the broker is not there, or did not take an event. */
  public static HttpProblem brokerUnavailable(String detail) {
    return unavailable("broker-unavailable", detail);
  }

  private static HttpProblem unavailable(String name, String detail) {
    return ProblemType.problem(Status.SERVICE_UNAVAILABLE, name, detail)
        .withHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
        .build();
  }
}
