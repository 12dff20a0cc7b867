package dev.aftercommit.employee.project;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A project as the API shows it. */
@Schema(name = "Project")
record ProjectView(
    @Schema(examples = "3") String id,
    @Schema(examples = "New payroll") String name,
    @Schema(description = "ids of the employees who are assigned", examples = "[\"42\"]")
        List<String> assignees) {}
