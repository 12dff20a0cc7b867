package dev.aftercommit.employee.payrollrun;

import dev.aftercommit.employee.transactions.RetriedOnConflict;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.util.List;

/** The transactions of payroll runs. */
@ApplicationScoped
class PayrollBatches {

  private final PayrollTable table;

  @Inject
  PayrollBatches(PayrollTable table) {
    this.table = table;
  }

  @Transactional(rollbackOn = Exception.class)
  @RetriedOnConflict
  void start(long run) throws SQLException {
    table.start(run);
  }

  /**
   * Claims employees whom nobody else has claimed, and writes their payslips. When the worker dies
   * the transaction rolls back and with it the claim.
   *
   * @return how many; 0 says that nothing could be claimed, not that nothing is left
   */
  @Transactional(rollbackOn = Exception.class)
  @RetriedOnConflict
  int work(long run, int limit) throws SQLException {
    List<Long> claimed = table.claim(run, limit);
    return claimed.isEmpty() ? 0 : table.pay(run, claimed);
  }
}
