package dev.aftercommit.events;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Validates event data against the JSON Schema of its type. */
final class Schemas {

  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(VersionFlag.V202012);

  private Schemas() {}

  static Set<ValidationMessage> violations(EventType type, byte[] data) {
    String schema = new String(Examples.resource(type.schemaResource()), StandardCharsets.UTF_8);
    return FACTORY
        .getSchema(schema)
        .validate(
            new String(data, StandardCharsets.UTF_8),
            InputFormat.JSON,
            context -> context.getExecutionConfig().setFormatAssertionsEnabled(true));
  }
}
