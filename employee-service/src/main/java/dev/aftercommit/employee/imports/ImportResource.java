package dev.aftercommit.employee.imports;

import dev.aftercommit.employee.idempotency.RepeatableCommand;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/imports")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Import", description = "a payroll file as a stream of rows")
class ImportResource {

  private static final String NDJSON = "application/x-ndjson";

  private final ImportService service;

  @Inject
  ImportResource(ImportService service) {
    this.service = service;
  }

  @POST
  @Consumes(NDJSON)
  @Operation(
      operationId = "importEmployees",
      summary = "Import employees, one JSON object per line",
      description =
          "Hires unknown keys, changes known ones to what their row says, creates missing"
              + " departments. Rows that cannot be imported are reported, the others are imported."
              + " The same rows again change nothing.")
  @Extension(
      name = RepeatableCommand.NOT_TAKEN,
      value =
          "an import is many transactions, and its rows have keys of their own: the same rows again"
              + " change nothing")
  @APIResponse(responseCode = "200", description = "what was done, and what was not and why")
  @APIResponse(responseCode = "503", description = "the database failed; send all rows again")
  public ImportReport importRows(
      @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = NDJSON,
                      schema = @Schema(implementation = String.class),
                      example =
                          """
                          {"line":2,"key":"Ann#1","employee":"Ann","email":null,"department":"Ops","salary":"5200.00"}
                          """))
          InputStream rows)
      throws IOException, SQLException {
    return service.run(rows);
  }
}
