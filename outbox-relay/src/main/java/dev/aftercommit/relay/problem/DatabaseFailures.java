package dev.aftercommit.relay.problem;

import io.quarkiverse.resteasy.problem.ExceptionMapperBase;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.ext.Provider;
import java.sql.SQLException;
import org.jboss.logging.Logger;

/** A request that failed in the database is answered with 503: try again later. */
@Provider
public final class DatabaseFailures extends ExceptionMapperBase<SQLException> {

  private static final Logger LOG = Logger.getLogger(DatabaseFailures.class);

  @Override
  protected HttpProblem toProblem(SQLException e) {
    LOG.warn("a request failed in the database", e);
    return Problems.databaseUnavailable(String.valueOf(e.getSQLState()));
  }
}
