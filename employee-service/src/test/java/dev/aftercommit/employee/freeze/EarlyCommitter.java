package dev.aftercommit.employee.freeze;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Freezes somebody and, in the middle of it, does what it is given. */
@ApplicationScoped
class EarlyCommitter {

  @Inject EmployeeLock lock;
  @Inject DataSource dataSource;
  @Inject EntityManager entities;
  @Inject Inner inner;

  /** What code inside the operation may try. */
  interface Attempt {
    void run() throws Exception;
  }

  @Transactional(rollbackOn = Exception.class)
  @HoldsLock
  void freezeAnd(long id, Attempt attempt) throws Exception {
    lock.take(id, true);
    sql("UPDATE employee SET frozen_since = now() WHERE id = " + id);
    attempt.run();
  }

  @Transactional(rollbackOn = Exception.class)
  void lockWithoutScope(long id) throws Exception {
    lock.take(id, true);
  }

  @HoldsLock
  void scopeWithoutTransaction(long id) throws Exception {
    lock.take(id, true);
  }

  void inANewTransaction() {
    inner.requiresNew();
  }

  void inNoTransaction() {
    inner.notSupported();
  }

  void inANewTransactionByHand() {
    QuarkusTransaction.requiringNew().run(() -> {});
  }

  @Inject UserTransaction userTransaction;

  void commitByHand() throws Exception {
    userTransaction.commit();
  }

  void rollBackByHand() throws Exception {
    userTransaction.rollback();
  }

  void commitTheConnection() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.commit();
    }
  }

  void entityManagerSql(String sql) {
    entities.createNativeQuery(sql).executeUpdate();
  }

  void sql(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Another bean, so that its transactions are begun. */
  @ApplicationScoped
  static class Inner {

    @Inject EntityManager entities;

    @Transactional(TxType.REQUIRES_NEW)
    void requiresNew() {}

    @Transactional(TxType.NOT_SUPPORTED)
    void notSupported() {
      entities.createNativeQuery("SELECT 1").getSingleResult();
    }

    @Transactional
    void sameTransaction() {
      entities.createNativeQuery("SELECT 1").getSingleResult();
    }
  }
}
