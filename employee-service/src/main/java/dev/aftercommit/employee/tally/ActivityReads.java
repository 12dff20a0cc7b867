package dev.aftercommit.employee.tally;

import dev.aftercommit.employee.cache.ReadCaches;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.reset.ChunkClosed;
import dev.aftercommit.freshcache.FreshCache;
import dev.aftercommit.freshcache.Versioned;
import dev.aftercommit.publicids.IdType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;

/**
 * Reads of one employee's activity, cached. A change of the salary invalidates it with the
 * employee's new version; the closing of a day changes thousands and no version, so it drops all.
 */
@ApplicationScoped
class ActivityReads {

  private static final String CACHE = "activity";

  private final ActivityTable table;
  private final ReadCaches caches;
  private final PublicIds ids;
  private final FreshCache<Activity> cache;

  @Inject
  ActivityReads(ActivityTable table, ReadCaches caches, PublicIds ids) {
    this.table = table;
    this.caches = caches;
    this.ids = ids;
    this.cache = caches.ofEmployees(CACHE, Activity.class);
  }

  /**
   * The activity of somebody who is employed, never older than what was acknowledged.
   *
   * @throws dev.aftercommit.employee.problem.Problem 404 when there is no such employee
   */
  Activity of(long id) {
    String token = ids.token(IdType.EMPLOYEE, id);
    return cache.get(token, () -> load(id, token));
  }

  void forget(@Observes ChunkClosed chunk) {
    caches.bump(CACHE);
  }

  private Versioned<Activity> load(long id, String token) {
    try {
      return table.ofEmployee(id, token).orElseThrow(() -> Problems.employeeNotFound(token));
    } catch (SQLException e) {
      throw new PersistenceException("the activity could not be read", e);
    }
  }
}
