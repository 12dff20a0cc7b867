package dev.aftercommit.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.quarkiverse.resteasy.problem.postprocessing.ProblemContext;
import io.quarkiverse.resteasy.problem.postprocessing.ProblemPostProcessor;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gives the problems that the framework finds (no such path, wrong method, violated constraint) the
 * same stable types as those of the service, and keeps class names out of them.
 */
@ApplicationScoped
class FrameworkProblems implements ProblemPostProcessor {

  private static final Logger LOG = Logger.getLogger(FrameworkProblems.class);
  private static final String VIOLATIONS = "violations";

  @Override
  public HttpProblem apply(HttpProblem problem, ProblemContext context) {
    if (problem.getType() != null) {
      return problem;
    }
    if (context.cause.getCause() instanceof HttpProblem said) {
      return said; // by a converter of parameters: the framework wraps it
    }
    if (problem.getStatusCode() >= 500) {
      LOG.errorf(context.cause, "a request to %s failed in a way nobody expected", context.path);
    }
    String name = nameOf(problem);
    HttpProblem.Builder builder =
        HttpProblem.builder()
            .withType(ProblemType.of(name))
            .withTitle(ProblemType.titleOf(name))
            .withStatus(problem.getStatusCode())
            .withDetail(detailOf(problem, context.cause));
    problem.getParameters().forEach(builder::with);
    problem.getHeaders().forEach(builder::withHeader);
    return builder.build();
  }

  private static String nameOf(HttpProblem problem) {
    return switch (problem.getStatusCode()) {
      case 400 ->
          problem.getParameters().containsKey(VIOLATIONS)
              ? ProblemType.VALIDATION_FAILED
              : ProblemType.MALFORMED_REQUEST;
      case 404 -> "not-found";
      case 405 -> "method-not-allowed";
      case 406 -> "not-acceptable";
      case 413 -> "content-too-large";
      case 415 -> "unsupported-media-type";
      default -> problem.getStatusCode() < 500 ? "bad-request" : "internal-error";
    };
  }

  private static @Nullable String detailOf(HttpProblem problem, Throwable cause) {
    if (problem.getStatusCode() >= 500) {
      return "an error of the service, not of the request; its log says more";
    }
    if (cause instanceof JsonProcessingException e) {
      return UnreadableBody.describe(e);
    }
    if (cause.getCause() instanceof JsonProcessingException e) {
      return UnreadableBody.describe(e);
    }
    return problem.getParameters().containsKey(VIOLATIONS)
        ? "the member violations names each field and what is wrong with it"
        : problem.getDetail();
  }
}
