package dev.aftercommit.problem;

import dev.aftercommit.resilience.Database;
import io.quarkiverse.resteasy.problem.ExceptionMapperBase;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.ext.Provider;
import java.sql.SQLException;

/**
 * A request that failed in the database is answered with 503, try again later, and told to {@link
 * Database}, which logs the change of state and not each request.
 */
@Provider
public final class DatabaseFailures extends ExceptionMapperBase<SQLException> {

  private final Instance<Database> database;

  DatabaseFailures(Instance<Database> database) {
    this.database = database;
  }

  @Override
  protected HttpProblem toProblem(SQLException e) {
    database.get().failed(e);
    return ProblemType.databaseUnavailable(e);
  }
}
