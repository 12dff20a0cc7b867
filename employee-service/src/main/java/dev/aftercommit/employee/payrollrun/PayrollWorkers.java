package dev.aftercommit.employee.payrollrun;

import dev.aftercommit.employee.transactions.AfterCommit;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** The workers of this instance: they work off every open run, beside those of other instances. */
@ApplicationScoped
class PayrollWorkers {

  private static final Logger LOG = Logger.getLogger(PayrollWorkers.class);

  private final PayrollTable table;
  private final PayrollBatches batches;
  private final PayrollConfig config;
  private final TransactionSynchronizationRegistry transactions;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore idle;
  private volatile boolean stopped;

  @Inject
  PayrollWorkers(
      PayrollTable table,
      PayrollBatches batches,
      PayrollConfig config,
      TransactionSynchronizationRegistry transactions) {
    this.table = table;
    this.batches = batches;
    this.config = config;
    this.transactions = transactions;
    this.idle = new Semaphore(config.workers());
  }

  /** Sets the idle workers to work; also finds claims that have come back meanwhile. */
  @Scheduled(every = "{aftercommit.payroll-run.poll-interval}")
  void wake() throws SQLException {
    for (long run : table.openRuns()) {
      while (idle.tryAcquire()) {
        threads.execute(() -> workAndRest(run));
      }
    }
  }

  /** The same once the present transaction has committed, and at once without one. */
  void wakeAfterCommit() {
    if (transactions.getTransactionStatus() == Status.STATUS_NO_TRANSACTION) {
      wakeQuietly();
    } else {
      transactions.registerInterposedSynchronization(
          new AfterCommit(() -> threads.execute(this::wakeQuietly)));
    }
  }

  /** A run that is not begun now is found at the next poll. */
  private void wakeQuietly() {
    try {
      wake();
    } catch (SQLException e) {
      LOG.warnf("open payroll runs could not be read, the next poll tries again: %s", e);
    }
  }

  private void workAndRest(long run) {
    try {
      work(run);
    } catch (SQLException | RuntimeException e) {
      LOG.errorf(e, "a worker of payroll run %d stopped; the next one goes on from there", run);
    } finally {
      idle.release();
    }
  }

  /** Works until nothing can be claimed; what others have claimed keeps the run open. */
  void work(long run) throws SQLException {
    int done = batches.work(run, config.batchSize());
    while (done > 0 && !stopped) {
      done = batches.work(run, config.batchSize());
    }
    if (!stopped) {
      table.finish(run);
    }
  }

  @PreDestroy
  void stop() {
    stopped = true;
    threads.close();
  }
}
