package dev.aftercommit.employee.problem;

import dev.aftercommit.problem.ProblemType;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.Response.StatusType;
import java.util.Map;

/**
 * A request that was understood and refused: rolls the transaction back and is answered as an RFC
 * 9457 problem with the type {@code urn:aftercommit:problem:<name>}. Made by {@link Problems}.
 */
public final class Problem extends HttpProblem {

  private final String name;

  Problem(StatusType status, String name, String detail, Map<String, Object> members) {
    this(name, builder(status, name, detail, members));
  }

  private Problem(String name, Builder builder) {
    super(builder);
    this.name = name;
  }

  /** A refusal that may end soon: tells the caller to come back. */
  static Problem comeBack(
      StatusType status, String name, String detail, Map<String, Object> members) {
    return new Problem(name, builder(status, name, detail, members).withHeader("Retry-After", "1"));
  }

  /** The stable last part of the problem's type. */
  public String name() {
    return name;
  }

  private static Builder builder(
      StatusType status, String name, String detail, Map<String, Object> members) {
    Builder builder = ProblemType.problem(status, name, detail);
    members.forEach(builder::with);
    if (status.getStatusCode() == 503) {
      builder.withHeader("Retry-After", "1");
    }
    return builder;
  }
}
