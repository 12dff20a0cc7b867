package dev.aftercommit.employee.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.employee.freeze.EarlyCommitter.Attempt;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Database;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing inside an operation that holds a lock can commit before it. */
@QuarkusTest
class HoldsLockTest {

  @Inject Api api;
  @Inject Database database;
  @Inject EmployeeLock lock;
  @Inject PublicIds ids;
  @Inject EarlyCommitter early;
  @Inject EarlyCommitter.Inner inner;

  private long id;

  @BeforeEach
  void anEmployee() {
    id = ids.employee(api.employee(api.department("100000"), "1000"));
  }

  @Test
  void withoutSuchACallTheOperationCommits() throws Exception {
    early.freezeAnd(id, inner::sameTransaction);

    assertThat(frozen()).isTrue();
  }

  @Test
  void anInnerTransactionFailsTheOperationAndIsNamed() {
    assertThatOperationFails(early::inANewTransaction, "EarlyCommitter.inANewTransaction");
    assertThatOperationFails(
        early::inANewTransactionByHand, "EarlyCommitter.inANewTransactionByHand");
  }

  @Test
  void statementsBesideTheTransactionFailTheOperation() {
    assertThatOperationFails(early::inNoTransaction, "notSupported");
  }

  @Test
  void aCommitByAProgramFailsTheOperationAndIsNamed() {
    assertThatOperationFails(early::commitByHand, "EarlyCommitter.commitByHand");
    assertThatOperationFails(early::rollBackByHand, "EarlyCommitter.rollBackByHand");
  }

  @Test
  void aCommitOfTheConnectionIsRefused() {
    assertThatThrownBy(() -> early.freezeAnd(id, early::commitTheConnection))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("commit");
    assertThat(frozen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE early (id int)",
        "alter table employee add column early int",
        "  /* tidy */ -- up\n DROP TABLE IF EXISTS early",
        "COMMIT",
        "ROLLBACK"
      })
  void ddlAndTheTextOfACommitFailTheOperationAndAreNamed(String sql) {
    assertThatOperationFails(
        () -> early.entityManagerSql(sql), "'" + sql.strip() + "' was sent by");
  }

  @Test
  void aCommitInPlainJdbcIsFoundOutBeforeTheOperationSucceeds() {
    assertThatThrownBy(() -> early.freezeAnd(id, () -> early.sql("COMMIT")))
        .isInstanceOf(EarlyCommitException.class)
        .hasMessageContaining("SQL on a plain connection ended database transaction");
  }

  @Test
  void whoeverHidesTheFailureDoesNotHideItFromTheOperation() {
    assertThatOperationFails(
        () -> {
          try {
            early.inANewTransaction();
          } catch (RuntimeException hidden) {
            assertThat(hidden).isNotNull();
          }
        },
        "EarlyCommitter.inANewTransaction");
  }

  @Test
  void afterAFailureTheThreadIsFree() throws Exception {
    assertThatOperationFails(early::inANewTransaction, "inANewTransaction");

    early.inANewTransaction();
    early.freezeAnd(id, () -> {});
    assertThat(frozen()).isTrue();
  }

  @Test
  void aLockOutsideATransactionIsAnErrorThatNamesTheFix() {
    assertThatThrownBy(() -> lock.take(id, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("@Transactional and @HoldsLock");
    assertThatThrownBy(() -> early.scopeWithoutTransaction(id))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("@Transactional and @HoldsLock");
    assertThatThrownBy(() -> early.lockWithoutScope(id))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("@Transactional and @HoldsLock");
  }

  private void assertThatOperationFails(Attempt attempt, String named) {
    assertThatThrownBy(() -> early.freezeAnd(id, attempt))
        .isInstanceOf(EarlyCommitException.class)
        .hasMessageContaining(named)
        .hasMessageContaining("freezeAnd");
    assertThat(frozen()).as("nothing was committed").isFalse();
  }

  private boolean frozen() {
    return database.number(
            "SELECT count(*) FROM employee WHERE id = ? AND frozen_since IS NOT NULL", id)
        == 1;
  }
}
