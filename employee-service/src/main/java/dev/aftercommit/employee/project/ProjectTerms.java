package dev.aftercommit.employee.project;

import dev.aftercommit.employee.http.PlainText;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a caller decides about a project. */
record ProjectTerms(@PlainText @Schema(examples = "New payroll") String name) {}
