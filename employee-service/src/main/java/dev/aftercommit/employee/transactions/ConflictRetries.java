package dev.aftercommit.employee.transactions;

import dev.aftercommit.employee.config.EmployeeServiceConfig;
import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.resilience.Database;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.faulttolerance.api.Guard;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;

/**
 * Stands around the transaction, not inside it: each attempt begins and ends one of its own. A use
 * case that joins a transaction is left alone, since that one is lost as a whole; whoever began it
 * repeats it. It also waits, without a connection, when too many are at a row: see {@link Places}.
 */
@Interceptor
@RetriedOnConflict
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
class ConflictRetries {

  private final Guard guard;
  private final TransactionSynchronizationRegistry transaction;
  private final MeterRegistry meters;
  private final Places places;
  private final Database database;

  @Inject
  ConflictRetries(
      EmployeeServiceConfig config,
      TransactionSynchronizationRegistry transaction,
      MeterRegistry meters,
      Places places,
      Database database) {
    this.places = places;
    this.database = database;
    this.transaction = transaction;
    this.meters = meters;
    Counter retries =
        Counter.builder("aftercommit.transaction.retries")
            .description("transactions repeated after a deadlock or serialization failure")
            .register(meters);
    EmployeeServiceConfig.Retry retry = config.retry();
    this.guard =
        Guard.create()
            .withRetry()
            .maxRetries(retry.maxRetries())
            .delay(retry.delay().toMillis(), ChronoUnit.MILLIS)
            .jitter(retry.jitter().toMillis(), ChronoUnit.MILLIS)
            .whenException(DatabaseRefusal::isConflict)
            .onRetry(retries::increment)
            .withExponentialBackoff()
            .maxDelay(retry.maxDelay().toMillis(), ChronoUnit.MILLIS)
            .done()
            .done()
            .build();
  }

  @AroundInvoke
  Object retry(InvocationContext useCase) throws Exception {
    if (transaction.getTransactionStatus() != Status.STATUS_NO_TRANSACTION) {
      return useCase.proceed();
    }
    try (HeldPlaces held = places.begin()) {
      return withPlaces(useCase, held);
    } catch (Exception e) {
      SQLException unavailable = DatabaseRefusal.unavailable(e);
      if (unavailable != null) {
        database.failed(unavailable);
      }
      Exception refusal = DatabaseRefusal.explain(e);
      countRollback(refusal);
      throw refusal;
    }
  }

  /** Each round but the last gets a place at one more row, of the few that a use case locks. */
  private Object withPlaces(InvocationContext useCase, HeldPlaces held) throws Exception {
    while (true) {
      try {
        return guard.call(useCase::proceed, Object.class);
      } catch (NoPlaceException e) {
        if (!held.await(e.row())) {
          throw e.refusal();
        }
      }
    }
  }

  private void countRollback(Exception refusal) {
    String reason = refusal instanceof Problem problem ? problem.name() : "internal-error";
    Counter.builder("aftercommit.changes.rolledback")
        .description("use cases whose transaction was rolled back, by reason")
        .tag("reason", reason)
        .register(meters)
        .increment();
  }
}
