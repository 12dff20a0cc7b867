package dev.aftercommit.employee.project;

import dev.aftercommit.employee.idempotency.RepeatableCommand;
import dev.aftercommit.employee.ids.PublicIds;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

@Path("/projects")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@RepeatableCommand
@Tag(name = "Projects", description = "and who works on them")
class ProjectResource {

  private final ProjectService service;
  private final PublicIds ids;

  @Inject
  ProjectResource(ProjectService service, PublicIds ids) {
    this.service = service;
    this.ids = ids;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "createProject", summary = "Create a project")
  @APIResponse(responseCode = "201", description = "created; Location")
  public RestResponse<ProjectView> create(@NotNull @Valid ProjectTerms terms) {
    ProjectView view = service.create(terms);
    return ResponseBuilder.<ProjectView>create(RestResponse.Status.CREATED)
        .entity(view)
        .header(HttpHeaders.LOCATION, URI.create("/projects/" + view.id()))
        .build();
  }

  @GET
  @Path("/{id}")
  @Operation(operationId = "getProject", summary = "One project and who is assigned to it")
  @APIResponse(responseCode = "200", description = "the project")
  @APIResponse(responseCode = "404", description = "project-not-found")
  public ProjectView get(@PathParam("id") String id) {
    return service.get(ids.project(id));
  }

  @PUT
  @Path("/{id}/assignees/{employee}")
  @Operation(operationId = "assign", summary = "Assign an employee to the project")
  @APIResponse(responseCode = "204", description = "is assigned, now or before")
  @APIResponse(responseCode = "404", description = "project-not-found, employee-not-found")
  public RestResponse<Void> assign(
      @PathParam("id") String id, @PathParam("employee") String employee) {
    service.assign(ids.project(id), ids.employee(employee));
    return RestResponse.noContent();
  }

  @DELETE
  @Path("/{id}/assignees/{employee}")
  @Operation(operationId = "release", summary = "Release an employee from the project")
  @APIResponse(responseCode = "204", description = "is not assigned, now or before")
  @APIResponse(responseCode = "404", description = "project-not-found")
  public RestResponse<Void> release(
      @PathParam("id") String id, @PathParam("employee") String employee) {
    service.release(ids.project(id), ids.employee(employee));
    return RestResponse.noContent();
  }
}
