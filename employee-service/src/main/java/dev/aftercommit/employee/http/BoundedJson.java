package dev.aftercommit.employee.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers.BigDecimalDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Stops reading a JSON body that is longer than any request of ours, or a number that is longer
 * than any of ours. The HTTP server's own limit cannot do that: it has to let an import through,
 * which is read line by line.
 */
@Singleton
public class BoundedJson implements ObjectMapperCustomizer {

  /** Longest body of a request, except of an import. */
  public static final int MAX_BYTES = 64 * 1024;

  /** Longest number, in characters: no number of ours comes near. */
  public static final int MAX_NUMBER_LENGTH = 64;

  @Override
  public void customize(ObjectMapper mapper) {
    StreamReadConstraints constraints =
        mapper
            .getFactory()
            .streamReadConstraints()
            .rebuild()
            .maxDocumentLength(MAX_BYTES)
            .maxNumberLength(MAX_NUMBER_LENGTH)
            .build();
    mapper.getFactory().setStreamReadConstraints(constraints);
    mapper.registerModule(
        new SimpleModule("bounded-numbers").addDeserializer(BigDecimal.class, new Decimals()));
  }

  /** Numbers whose exponent no {@link BigDecimal} can hold are malformed, not an error of ours. */
  private static final class Decimals extends StdScalarDeserializer<BigDecimal> {

    private static final long serialVersionUID = 1L;

    Decimals() {
      super(BigDecimal.class);
    }

    @Override
    public @Nullable BigDecimal deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      @Nullable BigDecimal number;
      try {
        number = BigDecimalDeserializer.instance.deserialize(parser, context);
      } catch (NumberFormatException e) {
        number = null;
      }
      return number == null || number.scale() == Integer.MIN_VALUE
          ? (BigDecimal)
              context.handleWeirdStringValue(
                  BigDecimal.class, parser.getText(), "its exponent is out of range")
          : number;
    }
  }
}
