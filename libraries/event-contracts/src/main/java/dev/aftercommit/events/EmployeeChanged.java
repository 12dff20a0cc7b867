package dev.aftercommit.events;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of one employee after a committed change. It carries state, not a difference, so that a
 * consumer which keeps the newest version per employee reaches the same result in any order of
 * delivery.
 *
 * @param employee opaque identifier
 * @param name the employee's name
 * @param email where to write to; absent when unknown
 * @param department opaque identifier of the department; absent when the employee has left
 * @param salary yearly salary in {@code currency}, two decimals
 * @param currency ISO 4217 code, one per deployment
 * @param version the employee's version after the change, from 0
 * @param change what happened
 * @param occurredAt when
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record EmployeeChanged(
    @JsonProperty(required = true) String employee,
    @JsonProperty(required = true) String name,
    @Nullable String email,
    @Nullable String department,
    @JsonProperty(required = true) BigDecimal salary,
    @JsonProperty(required = true) String currency,
    @JsonProperty(required = true) long version,
    @JsonProperty(required = true) Change change,
    @JsonProperty(required = true) Instant occurredAt)
    implements Event {

  /** What happened to the employee. */
  public enum Change {
    HIRED("employee.hired"),
    SALARY_CHANGED("employee.salary-changed"),
    TRANSFERRED("employee.transferred"),
    DETAILS_CHANGED("employee.details-changed"),
    LEFT("employee.left");

    private final String topic;

    Change(String topic) {
      this.topic = topic;
    }
  }

  @Override
  public String subjectId() {
    return employee;
  }

  @Override
  public EventType type() {
    return EventType.EMPLOYEE_CHANGED_V1;
  }

  @Override
  public String topic() {
    return change.topic;
  }
}
