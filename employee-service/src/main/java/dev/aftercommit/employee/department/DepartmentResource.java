package dev.aftercommit.employee.department;

import dev.aftercommit.employee.http.Answers;
import dev.aftercommit.employee.http.IfMatch;
import dev.aftercommit.employee.http.Page;
import dev.aftercommit.employee.http.PageRequest;
import dev.aftercommit.employee.idempotency.RepeatableCommand;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.events.EventType;
import dev.aftercommit.publicids.IdType;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/departments")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@RepeatableCommand
@Tag(name = "Departments", description = "name and budget; the payroll follows the salaries")
class DepartmentResource {

  private static final EventType TYPE = EventType.DEPARTMENT_CHANGED_V1;

  private final DepartmentService service;
  private final PublicIds ids;

  @Inject
  DepartmentResource(DepartmentService service, PublicIds ids) {
    this.service = service;
    this.ids = ids;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "createDepartment", summary = "Create a department")
  @APIResponse(responseCode = "201", description = "created; Location, ETag, Consistency-Token")
  @APIResponse(responseCode = "409", description = "department-name-taken")
  public RestResponse<DepartmentView> create(@NotNull @Valid DepartmentTerms terms) {
    DepartmentView view = service.create(terms).view(ids);
    URI location = URI.create("/departments/" + view.id());
    return Answers.created(location, view, TYPE, view.id(), view.version());
  }

  @GET
  @Operation(operationId = "listDepartments", summary = "List departments, a page at a time")
  public Page<DepartmentView> list(
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit") @DefaultValue(PageRequest.DEFAULT_LIMIT) String limit) {
    PageRequest page = PageRequest.parse(after, limit, id -> ids.parse(IdType.DEPARTMENT, id));
    return Page.of(
        service.page(page), page.limit(), department -> department.view(ids), DepartmentView::id);
  }

  @GET
  @Path("/{id}")
  @Operation(operationId = "getDepartment", summary = "One department")
  @APIResponse(responseCode = "200", description = "the department; ETag of name and budget")
  @APIResponse(responseCode = "404", description = "department-not-found")
  public RestResponse<DepartmentView> get(@PathParam("id") String id) {
    DepartmentView view = service.get(ids.department(id)).view(ids);
    return Answers.read(view, view.version());
  }

  @PUT
  @Path("/{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "changeDepartment", summary = "Change a department's name and budget")
  @APIResponse(responseCode = "200", description = "changed; ETag, Consistency-Token")
  @APIResponse(responseCode = "404", description = "department-not-found")
  @APIResponse(
      responseCode = "409",
      description = "budget-exceeded: the salaries already exceed it; department-name-taken")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public RestResponse<DepartmentView> change(
      @PathParam("id") String id,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @NotNull @Valid DepartmentTerms terms) {
    DepartmentView view =
        service.change(ids.department(id), terms, IfMatch.parse(ifMatch)).view(ids);
    return Answers.changed(view, TYPE, view.id(), view.version());
  }
}
