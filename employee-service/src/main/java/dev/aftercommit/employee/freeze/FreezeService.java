package dev.aftercommit.employee.freeze;

import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.transactions.RetriedOnConflict;
import dev.aftercommit.publicids.IdType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Freezes and unfreezes, each of them once: whoever comes second sees what the first one did. */
@ApplicationScoped
class FreezeService {

  private static final String READ =
      "SELECT frozen_since FROM employee WHERE id = ? AND department_id IS NOT NULL";

  private static final String WRITE = "UPDATE employee SET frozen_since = ? WHERE id = ?";

  private final EmployeeLock lock;
  private final DataSource dataSource;
  private final PublicIds ids;
  private final Clock clock;

  @Inject
  FreezeService(EmployeeLock lock, DataSource dataSource, PublicIds ids, Clock clock) {
    this.lock = lock;
    this.dataSource = dataSource;
    this.ids = ids;
    this.clock = clock;
  }

  @Transactional(rollbackOn = Exception.class)
  @RetriedOnConflict
  @HoldsLock
  Freeze freeze(long id, boolean wait) throws SQLException, SystemException {
    Instant since = lock.take(id, wait);
    if (since != null) {
      throw Problems.alreadyFrozen(ids.token(IdType.EMPLOYEE, id), since);
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    write(id, now);
    return Freeze.of(ids.token(IdType.EMPLOYEE, id), now);
  }

  @Transactional(rollbackOn = Exception.class)
  @RetriedOnConflict
  @HoldsLock
  Freeze unfreeze(long id, boolean wait) throws SQLException, SystemException {
    if (lock.take(id, wait) == null) {
      throw Problems.notFrozen(ids.token(IdType.EMPLOYEE, id));
    }
    write(id, null);
    return Freeze.of(ids.token(IdType.EMPLOYEE, id), null);
  }

  Freeze get(long id) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(READ)) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw Problems.employeeNotFound(ids.token(IdType.EMPLOYEE, id));
        }
        OffsetDateTime since = row.getObject(1, OffsetDateTime.class);
        return Freeze.of(ids.token(IdType.EMPLOYEE, id), since == null ? null : since.toInstant());
      }
    }
  }

  private void write(long id, @Nullable Instant since) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(WRITE)) {
      update.setObject(1, since == null ? null : since.atOffset(ZoneOffset.UTC));
      update.setLong(2, id);
      update.executeUpdate();
    }
  }
}
