package dev.aftercommit.events;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * The state of one department after a committed change of its name or budget.
 *
 * @param department opaque identifier
 * @param name the department's name
 * @param budget upper bound of the sum of its salaries, two decimals
 * @param version the department's version after the change, from 0
 * @param occurredAt when
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DepartmentChanged(
    @JsonProperty(required = true) String department,
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) BigDecimal budget,
    @JsonProperty(required = true) long version,
    @JsonProperty(required = true) Instant occurredAt)
    implements Event {

  @Override
  public String subjectId() {
    return department;
  }

  @Override
  public EventType type() {
    return EventType.DEPARTMENT_CHANGED_V1;
  }

  @Override
  public String topic() {
    return "department.changed";
  }
}
