package dev.aftercommit.employee.employee;

import dev.aftercommit.employee.config.EmployeeServiceConfig;
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
import jakarta.ws.rs.DELETE;
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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/employees")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@RepeatableCommand
@Tag(name = "Employees", description = "hire, change, transfer, leave")
class EmployeeResource {

  private static final EventType TYPE = EventType.EMPLOYEE_CHANGED_V1;

  private final EmployeeService service;
  private final EmployeeReads reads;
  private final PublicIds ids;
  private final String currency;

  @Inject
  EmployeeResource(
      EmployeeService service, EmployeeReads reads, PublicIds ids, EmployeeServiceConfig config) {
    this.service = service;
    this.reads = reads;
    this.ids = ids;
    this.currency = config.currency();
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "hire", summary = "Hire somebody")
  @APIResponse(responseCode = "201", description = "hired; Location, ETag, Consistency-Token")
  @APIResponse(responseCode = "404", description = "department-not-found")
  @APIResponse(responseCode = "409", description = "budget-exceeded")
  public RestResponse<EmployeeView> hire(@NotNull @Valid Requests.Hire hire) {
    EmployeeView view = service.hire(hire).view(currency, ids);
    URI location = URI.create("/employees/" + view.id());
    return Answers.created(location, view, TYPE, view.id(), view.version());
  }

  @GET
  @Operation(operationId = "listEmployees", summary = "List employees, a page at a time")
  public Page<EmployeeView> list(
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit") @DefaultValue(PageRequest.DEFAULT_LIMIT) String limit,
      @Parameter(description = "only those of the department with this id")
          @QueryParam("department")
          @Nullable String department) {
    PageRequest page = PageRequest.parse(after, limit, id -> ids.parse(IdType.EMPLOYEE, id));
    List<Employee> oneMore =
        department == null ? service.page(page) : service.pageOf(ids.department(department), page);
    return Page.of(oneMore, page.limit(), e -> e.view(currency, ids), EmployeeView::id);
  }

  @GET
  @Path("/{id}")
  @Operation(operationId = "getEmployee", summary = "One employee")
  @APIResponse(responseCode = "200", description = "the employee; ETag")
  @APIResponse(responseCode = "404", description = "employee-not-found, also of those who left")
  public RestResponse<EmployeeView> get(@PathParam("id") String id) {
    EmployeeView view = reads.get(ids.employee(id));
    return Answers.read(view, view.version());
  }

  @PUT
  @Path("/{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "changeDetails", summary = "Change name and e-mail")
  @APIResponse(responseCode = "200", description = "changed; ETag, Consistency-Token")
  @APIResponse(responseCode = "404", description = "employee-not-found")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public RestResponse<EmployeeView> changeDetails(
      @PathParam("id") String id,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @NotNull @Valid Requests.Details details) {
    return changed(service.changeDetails(ids.employee(id), details, IfMatch.parse(ifMatch)));
  }

  @POST
  @Path("/{id}/transfer")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "transfer", summary = "Move to another department")
  @APIResponse(responseCode = "200", description = "transferred; ETag, Consistency-Token")
  @APIResponse(responseCode = "404", description = "employee-not-found, department-not-found")
  @APIResponse(responseCode = "409", description = "budget-exceeded")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public RestResponse<EmployeeView> transfer(
      @PathParam("id") String id,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @NotNull @Valid Requests.Transfer transfer) {
    return changed(service.transfer(ids.employee(id), transfer, IfMatch.parse(ifMatch)));
  }

  @DELETE
  @Path("/{id}")
  @Operation(operationId = "leave", summary = "Leave: gone from lists and averages")
  @APIResponse(responseCode = "204", description = "left; Consistency-Token")
  @APIResponse(responseCode = "404", description = "employee-not-found")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public RestResponse<Void> leave(
      @PathParam("id") String id, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    Employee left = service.leave(ids.employee(id), IfMatch.parse(ifMatch));
    return Answers.removed(TYPE, ids.token(IdType.EMPLOYEE, left.id()), left.version());
  }

  private RestResponse<EmployeeView> changed(Employee employee) {
    EmployeeView view = employee.view(currency, ids);
    return Answers.changed(view, TYPE, view.id(), view.version());
  }
}
