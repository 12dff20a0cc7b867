package dev.aftercommit.events;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The JSON examples on the class path. */
final class Examples {

  /** One for each topic, as events are written today. */
  static final List<String> CURRENT =
      List.of(
          "employee.hired.json",
          "employee.salary-changed.json",
          "employee.transferred.json",
          "employee.details-changed.json",
          "employee.left.json",
          "department.changed.json");

  /** As earlier or later releases write them: readable for ever, so these files never change. */
  static final List<String> OLD =
      List.of(
          "old/employee.changed.v1.first-release.json",
          "old/employee.changed.v1.with-removed-fields.json",
          "old/department.changed.v1.with-removed-fields.json");

  private Examples() {}

  static byte[] read(String name) {
    return resource("examples/" + name);
  }

  static EventType typeOf(String name) {
    return name.contains("department.")
        ? EventType.DEPARTMENT_CHANGED_V1
        : EventType.EMPLOYEE_CHANGED_V1;
  }

  static byte[] resource(String name) {
    try (InputStream in = EventType.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "no class path resource " + name + " beside " + EventType.class);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("class path resource " + name + " could not be read", e);
    }
  }
}
