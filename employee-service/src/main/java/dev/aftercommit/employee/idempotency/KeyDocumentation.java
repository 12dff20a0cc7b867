package dev.aftercommit.employee.idempotency;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Documents the header, and the answers it can lead to, on every command; except where an operation
 * says that it takes none.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class KeyDocumentation implements OASFilter {

  @Override
  public void filterOpenAPI(OpenAPI document) {
    if (document.getPaths() == null || document.getPaths().getPathItems() == null) {
      return;
    }
    for (PathItem path : document.getPaths().getPathItems().values()) {
      path.getOperations().forEach(KeyDocumentation::document);
    }
  }

  private static void document(HttpMethod method, Operation operation) {
    boolean takesKey =
        switch (method) {
          case POST, PUT, DELETE -> !extensions(operation).containsKey(RepeatableCommand.NOT_TAKEN);
          default -> false;
        };
    if (takesKey) {
      operation.addParameter(header());
      append(
          operation,
          "409",
          "idempotency-key-in-use: the same command is at work for longer than this one may wait");
      append(operation, "422", "idempotency-key-reused: the key was used for another request");
    }
  }

  private static Map<String, Object> extensions(Operation operation) {
    return operation.getExtensions() == null ? Map.of() : operation.getExtensions();
  }

  private static Parameter header() {
    return OASFactory.createParameter()
        .name(RepeatableCommand.HEADER)
        .in(Parameter.In.HEADER)
        .required(false)
        .schema(OASFactory.createSchema().addType(SchemaType.STRING).maxLength(257))
        .example("\"8e03978e-40d5-43dd-bc93-6894a57f9324\"")
        .description(
            "Names this command, so that it can be sent again when no answer came: it has its"
                + " effect once, and a repeated request gets the first answer with the header"
                + " Idempotency-Replayed: true. A refused command leaves no key.");
  }

  private static void append(Operation operation, String status, String description) {
    APIResponse response = operation.getResponses().getAPIResponse(status);
    if (response == null) {
      operation
          .getResponses()
          .addAPIResponse(status, OASFactory.createAPIResponse().description(description));
    } else {
      response.setDescription(response.getDescription() + "; " + description);
    }
  }
}
