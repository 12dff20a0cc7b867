package dev.aftercommit.stack.imports;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row as {@code POST /imports} takes it.
 *
 * @param line where it stands in the file; the service names it when it rejects the row
 * @param key identifies the employee for ever, so that the same row again changes nothing
 * @param employee name
 * @param email address, absent when the file has none
 * @param department name
 * @param salary as text: the service validates it
 * @param fields the row as read, for the file of rejected rows
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PayrollRow(
    long line,
    String key,
    String employee,
    @Nullable String email,
    String department,
    String salary,
    @JsonIgnore List<String> fields) {}
