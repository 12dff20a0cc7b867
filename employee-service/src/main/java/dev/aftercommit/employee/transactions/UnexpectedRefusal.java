package dev.aftercommit.employee.transactions;

import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.resilience.Database;
import io.quarkiverse.resteasy.problem.ExceptionMapperBase;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.enterprise.inject.Instance;
import jakarta.persistence.PersistenceException;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.Provider;
import java.sql.SQLException;

/** What the database refuses while reading, where no use case explains it. */
@Provider
public final class UnexpectedRefusal extends ExceptionMapperBase<PersistenceException> {

  private final Instance<Database> database;

  UnexpectedRefusal(Instance<Database> database) {
    this.database = database;
  }

  @Override
  protected HttpProblem toProblem(PersistenceException e) {
    SQLException unavailable = DatabaseRefusal.unavailable(e);
    if (unavailable != null) {
      database.get().failed(unavailable);
    }
    return DatabaseRefusal.explain(e) instanceof Problem problem
        ? problem
        : HttpProblem.valueOf(Status.INTERNAL_SERVER_ERROR);
  }
}
