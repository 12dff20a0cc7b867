package dev.aftercommit.employee.payrollrun;

import dev.aftercommit.employee.transactions.AfterCommit;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.SQLException;
import java.util.List;
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
  private final Outage outage;
  private volatile boolean stopped;

  @Inject
  PayrollWorkers(
      PayrollTable table,
      PayrollBatches batches,
      PayrollConfig config,
      TransactionSynchronizationRegistry transactions,
      Outages outages) {
    this.outage = outages.of("payroll-run", "the work on payroll runs", LOG, false);
    this.table = table;
    this.batches = batches;
    this.config = config;
    this.transactions = transactions;
    this.idle = new Semaphore(config.workers());
  }

  /**
   * Sets the idle workers to work; also finds claims that have come back meanwhile. What fails is
   * tried again at the next poll.
   */
  @Scheduled(every = "{aftercommit.payroll-run.poll-interval}")
  void wake() {
    try {
      List<Long> open = table.openRuns();
      for (long run : open) {
        while (idle.tryAcquire()) {
          threads.execute(() -> workAndRest(run));
        }
      }
      if (open.isEmpty()) {
        outage.works(); // nothing is left of what failed
      }
    } catch (SQLException | RuntimeException e) {
      outage.failed(e);
    }
  }

  /** The same once the present transaction has committed, and at once without one. */
  void wakeAfterCommit() {
    if (transactions.getTransactionStatus() == Status.STATUS_NO_TRANSACTION) {
      wake();
    } else {
      transactions.registerInterposedSynchronization(
          new AfterCommit(() -> threads.execute(this::wake)));
    }
  }

  private void workAndRest(long run) {
    try {
      work(run);
      outage.works();
    } catch (Throwable e) { // an Error, too, is told; the next poll begins anew from there
      outage.failed("run %d: %s".formatted(run, Outage.describe(e)));
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
