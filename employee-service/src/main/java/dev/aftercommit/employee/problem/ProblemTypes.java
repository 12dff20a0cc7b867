package dev.aftercommit.employee.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.quarkiverse.resteasy.problem.postprocessing.ProblemContext;
import io.quarkiverse.resteasy.problem.postprocessing.ProblemPostProcessor;
import io.quarkiverse.resteasy.problem.validation.HttpValidationProblem;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives the problems that the framework finds (no such path, wrong method, unreadable body) the
 * same stable types as our own, and keeps class names out of them.
 */
@ApplicationScoped
class ProblemTypes implements ProblemPostProcessor {

  static final String VALIDATION_FAILED = "validation-failed";

  @Override
  public HttpProblem apply(HttpProblem problem, ProblemContext context) {
    if (problem instanceof Problem) {
      return problem;
    }
    String name = nameOf(problem);
    HttpProblem.Builder builder =
        HttpProblem.builder()
            .withType(Problem.typeOf(name))
            .withTitle(Problem.titleOf(name))
            .withStatus(problem.getStatusCode())
            .withDetail(detailOf(problem, context.cause));
    problem.getParameters().forEach(builder::with);
    problem.getHeaders().forEach(builder::withHeader);
    return builder.build();
  }

  private static String nameOf(HttpProblem problem) {
    if (problem instanceof HttpValidationProblem) {
      return VALIDATION_FAILED;
    }
    return switch (problem.getStatusCode()) {
      case 400 -> "malformed-request";
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
    return switch (cause) {
      case JsonMappingException e when !e.getPath().isEmpty() ->
          "the value of %s has the wrong type".formatted(pathOf(e));
      case JsonMappingException _ -> "the body is not a JSON object of the expected form";
      case JsonProcessingException e ->
          "the body is not JSON: line %d, column %d"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      default -> problem.getDetail();
    };
  }

  private static String pathOf(JsonMappingException e) {
    return e.getPath().stream()
        .map(JsonMappingException.Reference::getFieldName)
        .filter(Objects::nonNull)
        .collect(Collectors.joining("."));
  }
}
