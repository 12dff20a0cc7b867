package dev.aftercommit.employee.problem;

import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.Response.StatusType;
import java.net.URI;
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

  static URI typeOf(String name) {
    return URI.create("urn:aftercommit:problem:" + name);
  }

  /** The name in words, so that type and title never disagree. */
  static String titleOf(String name) {
    String words = name.replace('-', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private static Builder builder(
      StatusType status, String name, String detail, Map<String, Object> members) {
    Builder builder =
        HttpProblem.builder()
            .withType(typeOf(name))
            .withTitle(titleOf(name))
            .withStatus(status)
            .withDetail(detail);
    members.forEach(builder::with);
    if (status.getStatusCode() == 503) {
      builder.withHeader("Retry-After", "1");
    }
    return builder;
  }
}
