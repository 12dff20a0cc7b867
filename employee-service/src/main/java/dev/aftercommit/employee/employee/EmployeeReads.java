package dev.aftercommit.employee.employee;

import dev.aftercommit.employee.cache.ReadCaches;
import dev.aftercommit.employee.config.EmployeeServiceConfig;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.freshcache.FreshCache;
import dev.aftercommit.freshcache.Versioned;
import dev.aftercommit.publicids.IdType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Reads of one employee, cached. Changes never read here: they decide by the row they lock. */
@ApplicationScoped
class EmployeeReads {

  private final EmployeeService service;
  private final FreshCache<EmployeeView> cache;
  private final PublicIds ids;
  private final String currency;

  @Inject
  EmployeeReads(
      EmployeeService service, ReadCaches caches, PublicIds ids, EmployeeServiceConfig config) {
    this.service = service;
    this.cache = caches.ofEmployees("employee", EmployeeView.class);
    this.ids = ids;
    this.currency = config.currency();
  }

  /**
   * Somebody who is employed, never older than the newest change that was acknowledged.
   *
   * @throws dev.aftercommit.employee.problem.Problem 404 when there is no such employee
   */
  EmployeeView get(long id) {
    return cache.get(ids.token(IdType.EMPLOYEE, id), () -> load(id));
  }

  private Versioned<EmployeeView> load(long id) {
    EmployeeView view = service.get(id).view(currency, ids);
    return new Versioned<>(view, view.version());
  }
}
