package dev.aftercommit.problem;

import io.quarkiverse.resteasy.problem.ExceptionMapperBase;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;

/**
 * Requests whose body broke off, or stood still for longer than {@code quarkus.http.read-timeout}:
 * the client or its network, and no defect of the service, so nothing is logged. Services read no
 * files for a request, so that no other failure comes this way.
 */
@Provider
public final class BrokenOffBody extends ExceptionMapperBase<IOException> {

  @Override
  protected HttpProblem toProblem(IOException e) {
    return ProblemType.problem(
            Status.BAD_REQUEST,
            ProblemType.MALFORMED_REQUEST,
            "the body broke off, or nothing of it came for too long")
        .build();
  }
}
