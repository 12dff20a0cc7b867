package dev.aftercommit.employee.cache;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.employee.transactions.AfterCommit;
import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.Event;
import dev.aftercommit.freshcache.FreshCache;
import dev.aftercommit.freshcache.FreshCacheConfig;
import dev.aftercommit.freshcache.FreshCaches;
import dev.aftercommit.freshcache.Invalidation;
import dev.aftercommit.resilience.Outages;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Cached reads of employees and of what hangs on them. A value is keyed by the employee's id and
 * carries the version of the employee's row; whoever changes an employee announces that here, in
 * the transaction, and it takes effect after the commit and before the answer.
 */
@ApplicationScoped
public class ReadCaches {

  /** The caches whose keys are employees: a change of one concerns all of them. */
  private static final List<String> OF_EMPLOYEES = List.of("employee", "activity");

  private static final Logger LOG = Logger.getLogger(ReadCaches.class);

  private final FreshCaches caches;
  private final TransactionSynchronizationRegistry transactions;
  private final ObjectMapper json;
  private final CacheConfig config;

  @Inject
  ReadCaches(
      Vertx vertx,
      TransactionSynchronizationRegistry transactions,
      ObjectMapper json,
      MeterRegistry meters,
      Outages outages,
      CacheConfig config) {
    this.transactions = transactions;
    this.json = json;
    this.config = config;
    this.caches =
        new FreshCaches(
            OF_EMPLOYEES,
            () -> Redis.createClient(vertx, options(config)),
            bounds(config),
            meters,
            outages.of("redis", "Redis, which caches reads,", LOG, false),
            this::isInTransaction);
  }

  void start(@Observes StartupEvent event) {
    if (config.enabled()) {
      caches.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    caches.close();
  }

  /**
   * A cache whose keys are the ids of employees, as their events name them.
   *
   * @param name {@code employee} or {@code activity}
   */
  public <V> FreshCache<V> ofEmployees(String name, Class<V> type) {
    return caches.cache(name, new JsonCodec<>(json, type));
  }

  /**
   * Drops what these events make old, after the commit of the present transaction; never, if it
   * rolls back.
   */
  public void changedAfterCommit(List<? extends Event> events) {
    if (!config.enabled()) {
      return;
    }
    List<EmployeeChanged> changes = changesOfEmployees(events);
    if (changes.size() > config.mostKeys()) {
      afterCommit(this::invalidateAll);
    } else if (!changes.isEmpty()) {
      afterCommit(() -> invalidate(changes.stream().flatMap(ReadCaches::invalidations).toList()));
    }
  }

  /**
   * Drops all values of a cache after the commit of the present transaction, in one step: for
   * changes of many rows that no event tells of.
   */
  public void bumpAfterCommit(String name) {
    if (config.enabled()) {
      afterCommit(() -> caches.invalidateAll(name));
    }
  }

  /** Drops all values of a cache now; the change must have been committed. */
  public boolean bump(String name) {
    return config.enabled() && caches.invalidateAll(name);
  }

  /**
   * Drops what these committed changes make old; any number of times, in any order.
   *
   * @return whether Redis confirmed it
   */
  boolean invalidate(List<Invalidation> changes) {
    return caches.invalidate(changes);
  }

  /** Drops everything, for a change of which the keys are many or unknown. */
  boolean invalidateAll() {
    return OF_EMPLOYEES.stream().map(caches::invalidateAll).reduce(true, Boolean::logicalAnd);
  }

  /** Whether Redis is used at this moment. */
  boolean isTrusted() {
    return caches.isTrusted();
  }

  /**
   * Asks Redis over a connection of its own whether the cache could use it.
   *
   * @throws IOException when it could not
   */
  void check() throws IOException, InterruptedException {
    caches.check();
  }

  /**
   * What an event makes old.
   *
   * @throws IllegalArgumentException when it has a version that the cache cannot compare
   */
  static List<Invalidation> invalidationsOf(Event event) {
    return changesOfEmployees(List.of(event)).stream().flatMap(ReadCaches::invalidations).toList();
  }

  private static List<EmployeeChanged> changesOfEmployees(List<? extends Event> events) {
    return events.stream()
        .filter(EmployeeChanged.class::isInstance)
        .map(EmployeeChanged.class::cast)
        .toList();
  }

  private static Stream<Invalidation> invalidations(EmployeeChanged change) {
    return OF_EMPLOYEES.stream()
        .map(cache -> new Invalidation(cache, change.employee(), change.version()));
  }

  private void afterCommit(Runnable task) {
    transactions.registerInterposedSynchronization(new AfterCommit(task));
  }

  private boolean isInTransaction() {
    return switch (transactions.getTransactionStatus()) {
      case Status.STATUS_NO_TRANSACTION, Status.STATUS_COMMITTED, Status.STATUS_ROLLEDBACK -> false;
      default -> true;
    };
  }

  private static RedisOptions options(CacheConfig config) {
    RedisOptions options = new RedisOptions().setConnectionString(config.redis());
    options.getNetClientOptions().setConnectTimeout((int) config.connectLimit().toMillis());
    return options;
  }

  private static FreshCacheConfig bounds(CacheConfig config) {
    return new FreshCacheConfig(
        config.namespace(),
        config.budget(),
        config.entryTtl(),
        config.ttlJitter(),
        config.leaseTtl(),
        config.tombstoneTtl(),
        config.loadWait(),
        config.maxValueBytes(),
        config.mostKeys() * OF_EMPLOYEES.size(),
        config.failuresToOpen(),
        config.probeInterval(),
        config.connectLimit(),
        config.answerLimit());
  }
}
