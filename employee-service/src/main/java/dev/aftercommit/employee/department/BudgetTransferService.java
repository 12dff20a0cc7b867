package dev.aftercommit.employee.department;

import dev.aftercommit.employee.events.ChangeEvents;
import dev.aftercommit.employee.http.IfMatch;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.transactions.RetriedOnConflict;
import dev.aftercommit.publicids.IdType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Moves budget between departments: the sum stays what it was, and no budget falls below the
 * salaries it has to pay.
 *
 * <p>Both rows are locked before anything is looked at, the smaller id first, as everywhere in this
 * service: so transfers in opposite directions wait for each other and never deadlock, and no raise
 * can use up, between the look and the commit, what is given away.
 */
@ApplicationScoped
class BudgetTransferService {

  private final DepartmentRepository departments;
  private final ChangeEvents events;
  private final PublicIds ids;
  private final Clock clock;

  @Inject
  BudgetTransferService(
      DepartmentRepository departments, ChangeEvents events, PublicIds ids, Clock clock) {
    this.departments = departments;
    this.events = events;
    this.ids = ids;
    this.clock = clock;
  }

  /** Both departments after the transfer. */
  record Transferred(Department from, Department to) {}

  /**
   * Moves the amount.
   *
   * @param ifMatch versions of the giving department
   * @throws Problem 404 when one does not exist, 409 when the giver's salaries need the amount or
   *     the receiver's budget would leave its range, 412 when the version is another
   */
  @Transactional
  @RetriedOnConflict
  Transferred transfer(long fromId, long toId, BigDecimal amount, IfMatch ifMatch) {
    Department first = lock(Math.min(fromId, toId));
    Department second = lock(Math.max(fromId, toId));
    Department from = fromId < toId ? first : second;
    Department to = fromId < toId ? second : first;
    ifMatch.check(from.version());
    from.changeBudget(amount.negate(), ids);
    to.changeBudget(amount, ids);
    departments.flush();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    events.append(List.of(from.changed(ids, now), to.changed(ids, now)));
    return new Transferred(from, to);
  }

  private Department lock(long id) {
    return departments
        .lockPayroll(id)
        .orElseThrow(() -> Problems.departmentNotFound(ids.token(IdType.DEPARTMENT, id)));
  }
}
