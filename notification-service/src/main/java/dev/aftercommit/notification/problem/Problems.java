package dev.aftercommit.notification.problem;

import dev.aftercommit.problem.ProblemType;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.Response.Status;

/** The problems this service answers with; each type is stable and never reused. */
public final class Problems {

  private Problems() {}

  /** 404: no notification has this number. */
  public static HttpProblem notificationNotFound(long id) {
    return problem(
            Status.NOT_FOUND,
            "notification-not-found",
            "There is no such notification",
            "no notification " + id)
        .build();
  }

  /** 409: only parked notifications can be tried again. */
  public static HttpProblem notificationNotParked(long id, String state) {
    return problem(
            Status.CONFLICT,
            "notification-not-parked",
            "Only a parked notification can be tried again",
            "expected notification %d to be PARKED, found %s".formatted(id, state))
        .with("state", state)
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

  private static HttpProblem.Builder problem(
      Status status, String name, String title, String detail) {
    return HttpProblem.builder()
        .withType(ProblemType.of(name))
        .withTitle(title)
        .withStatus(status)
        .withDetail(detail);
  }
}
