package dev.aftercommit.employee.testing;

import dev.aftercommit.stack.testing.ServersTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;

/** Gives all tests of the module one database of their own on a real server. */
@QuarkusTestResource(
    value = ServersTestResource.class,
    initArgs = {
      @ResourceArg(name = "database", value = "employee"),
      @ResourceArg(name = "role", value = "employee_service")
    })
final class EmployeeServers {

  private EmployeeServers() {}
}
