package dev.aftercommit.events;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** The event types of this system, each with the version of its schema in its name. */
public enum EventType {
  EMPLOYEE_CHANGED_V1("dev.aftercommit.employee.changed.v1", "employee", EmployeeChanged.class),
  DEPARTMENT_CHANGED_V1(
      "dev.aftercommit.department.changed.v1", "department", DepartmentChanged.class);

  private static final Pattern VERSION = Pattern.compile("\\.v\\d{1,9}$");

  private final String ceType;
  private final String subjectType;
  private final Class<? extends Event> record;

  EventType(String ceType, String subjectType, Class<? extends Event> record) {
    this.ceType = ceType;
    this.subjectType = subjectType;
    this.record = record;
  }

  /**
   * The value of the CloudEvents {@code type} attribute, for example {@code ….employee.changed.v1}.
   */
  public String ceType() {
    return ceType;
  }

  /** The kind of thing the event is about: {@code employee} or {@code department}. */
  public String subjectType() {
    return subjectType;
  }

  /** The record that carries the event's data. */
  public Class<? extends Event> record() {
    return record;
  }

  /** The CloudEvents {@code dataschema}: a stable name, resolved by {@link #schemaResource()}. */
  public String dataSchema() {
    return "urn:aftercommit:schema:" + ceType;
  }

  /** Class path resource, relative to this package, that holds the JSON Schema of the data. */
  public String schemaResource() {
    return ceType.substring("dev.aftercommit.".length()) + ".schema.json";
  }

  /** The CloudEvents {@code subject} of one employee or department: {@code employee/emp_…}. */
  public String subject(String subjectId) {
    return subjectType + "/" + subjectId;
  }

  /** Finds the type by its CloudEvents name; empty when it is not one of ours. */
  public static Optional<EventType> ofCeType(String ceType) {
    return Arrays.stream(values()).filter(type -> type.ceType.equals(ceType)).findFirst();
  }

  /** Whether the name is one of our events in a version that this code does not know. */
  static boolean isUnknownVersion(String ceType) {
    String family = VERSION.matcher(ceType).replaceFirst("");
    return ofCeType(ceType).isEmpty()
        && !family.equals(ceType)
        && Arrays.stream(values())
            .anyMatch(type -> VERSION.matcher(type.ceType).replaceFirst("").equals(family));
  }
}
