package dev.aftercommit.employee.transactions;

import dev.aftercommit.employee.problem.Problem;
import io.quarkiverse.resteasy.problem.ExceptionMapperBase;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.persistence.PersistenceException;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.Provider;

/** What the database refuses while reading, where no use case explains it. */
@Provider
public final class UnexpectedRefusal extends ExceptionMapperBase<PersistenceException> {

  @Override
  protected HttpProblem toProblem(PersistenceException e) {
    return DatabaseRefusal.explain(e) instanceof Problem problem
        ? problem
        : HttpProblem.valueOf(Status.INTERNAL_SERVER_ERROR);
  }
}
