package dev.aftercommit.employee.testing;

import dev.aftercommit.stack.testing.ServersTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;

/** Gives all tests of the module one database of their own and a Redis, on real servers. */
@QuarkusTestResource(
    value = ServersTestResource.class,
    initArgs = {
      @ResourceArg(name = "database", value = "employee"),
      @ResourceArg(name = "role", value = "employee_service"),
      @ResourceArg(name = "redis", value = "aftercommit.cache.redis")
    })
final class EmployeeServers {

  private EmployeeServers() {}
}
