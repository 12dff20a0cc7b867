package dev.aftercommit.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkiverse.resteasy.problem.ExceptionMapperBase;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.Provider;
import java.util.Objects;
import java.util.stream.Collectors;

/** Bodies that are no JSON, or not of the expected form; says where, without class names. */
@Provider
public final class UnreadableBody extends ExceptionMapperBase<MismatchedInputException> {

  @Override
  protected HttpProblem toProblem(MismatchedInputException e) {
    return HttpProblem.valueOf(Status.BAD_REQUEST, describe(e));
  }

  static String describe(JsonProcessingException e) {
    return switch (e) {
      case JsonMappingException mapping when !mapping.getPath().isEmpty() ->
          "the value of %s has the wrong type".formatted(pathOf(mapping));
      case JsonMappingException _ -> "the body is not a JSON object of the expected form";
      case StreamConstraintsException _ ->
          "the body is longer than any request of this service, or a number in it than any number";
      default ->
          "the body is not JSON: line %d, column %d"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    };
  }

  private static String pathOf(JsonMappingException e) {
    return e.getPath().stream()
        .map(JsonMappingException.Reference::getFieldName)
        .filter(Objects::nonNull)
        .collect(Collectors.joining("."));
  }
}
