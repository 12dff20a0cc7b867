package dev.aftercommit.problem;

import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Query parameters that are numbers: what is none is a bad request that names the parameter. The
 * framework by itself answers as if the path did not exist.
 */
@Provider
public final class QueryNumbers implements ParamConverterProvider {

  @Override
  @SuppressWarnings("unchecked") // a converter of T's numbers, which T's class literal cannot say
  public <T> @Nullable ParamConverter<T> getConverter(
      Class<T> rawType, Type genericType, Annotation[] annotations) {
    for (Annotation annotation : annotations) {
      if (annotation instanceof QueryParam parameter) {
        return (ParamConverter<T>) converter(rawType, parameter.value());
      }
    }
    return null;
  }

  private static @Nullable NumberConverter converter(Class<?> type, String parameter) {
    if (type == int.class || type == Integer.class) {
      return new NumberConverter(parameter, Integer::valueOf, Integer.MAX_VALUE);
    }
    if (type == long.class || type == Long.class) {
      return new NumberConverter(parameter, Long::valueOf, Long.MAX_VALUE);
    }
    return null;
  }

  private record NumberConverter(String parameter, Function<String, Number> parser, long most)
      implements ParamConverter<Number> {

    @Override
    public Number fromString(String value) {
      try {
        return parser.apply(value);
      } catch (NumberFormatException e) {
        throw ProblemType.invalid(
            "query",
            parameter,
            "must be a whole number up to %d, found: %s".formatted(most, value));
      }
    }

    @Override
    public String toString(Number value) {
      return value.toString();
    }
  }
}
