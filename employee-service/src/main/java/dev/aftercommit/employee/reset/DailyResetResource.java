package dev.aftercommit.employee.reset;

import dev.aftercommit.employee.idempotency.RepeatableCommand;
import dev.aftercommit.employee.problem.Problems;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

@Path("/operations/daily-reset")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Operations", description = "what runs every night, by hand")
class DailyResetResource {

  private static final URI PROGRESS = URI.create("/operations/daily-reset");

  /** What a database can store, too: a year of any length would be a date as well. */
  private static final Pattern DATE = Pattern.compile("[12]\\d{3}-\\d{2}-\\d{2}");

  private final DailyReset reset;

  @Inject
  DailyResetResource(DailyReset reset) {
    this.reset = reset;
  }

  @POST
  @Operation(
      operationId = "resetDay",
      summary = "Close a day",
      description = "Repeatable: a day that is closed stays as it is.")
  @Extension(
      name = RepeatableCommand.NOT_TAKEN,
      value = "a closing is many transactions, and the day is its key: again changes nothing")
  @APIResponse(responseCode = "200", description = "closed already; nothing changes")
  @APIResponse(responseCode = "202", description = "under way; Location of its progress")
  @APIResponse(responseCode = "400", description = "validation-failed: no date, or not begun yet")
  public RestResponse<ClosingProgress> close(
      @Parameter(description = "the last day to close, today at the latest; yesterday without it")
          @QueryParam("day")
          @Nullable String day)
      throws SQLException {
    ClosingProgress progress = reset.close(parse(day));
    return progress.finished()
        ? ResponseBuilder.ok(progress).build()
        : ResponseBuilder.<ClosingProgress>create(RestResponse.Status.ACCEPTED)
            .entity(progress)
            .location(PROGRESS)
            .build();
  }

  @GET
  @Operation(operationId = "getDayReset", summary = "How far the latest closing has come")
  public ClosingProgress progress() throws SQLException {
    return reset.progress();
  }

  private LocalDate parse(@Nullable String day) throws SQLException {
    if (day == null) {
      return reset.lastOver();
    }
    if (DATE.matcher(day).matches()) {
      try {
        return LocalDate.parse(day);
      } catch (DateTimeException e) {
        throw invalid(e.getMessage());
      }
    }
    throw invalid("found " + day);
  }

  private static RuntimeException invalid(@Nullable String why) {
    return Problems.invalidParameter(
        "query", "day", "must be a date like 2026-11-21, today at the latest: " + why);
  }
}
