package dev.aftercommit.employee.freeze;

import io.quarkus.hibernate.orm.PersistenceUnitExtension;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.util.regex.Pattern;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.jspecify.annotations.Nullable;

/**
 * Refuses statements that would end the transaction which holds a lock, or that run beside it, and
 * DDL, which ends it in databases that commit around DDL.
 */
@PersistenceUnitExtension
@Singleton
@SuppressWarnings("serial") // Hibernate's interface is serializable; this bean is never serialized
class LockScopeStatements implements StatementInspector {

  // its first word, behind blanks and comments
  private static final Pattern ENDS_TRANSACTION =
      Pattern.compile(
          "(?:\\s|--[^\\n]*\\n|/\\*.*?\\*/)*"
              + "(?:COMMIT|END|ABORT|ROLLBACK(?!(?:\\s+(?:WORK|TRANSACTION))?\\s+TO\\b)|BEGIN|START"
              + "|PREPARE\\s+TRANSACTION|CREATE|ALTER|DROP|TRUNCATE|COMMENT|GRANT|REVOKE|REINDEX"
              + "|CLUSTER|VACUUM)\\b.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final transient Instance<TransactionManager> transactions;

  @Inject
  LockScopeStatements(Instance<TransactionManager> transactions) {
    this.transactions = transactions;
  }

  @Override
  public String inspect(String sql) {
    LockScope scope = LockScope.current();
    if (scope != null) {
      if (endsTransaction(sql)) {
        throw scope.refuse("'%s' was sent by %s".formatted(sql.strip(), Caller.find()));
      }
      if (!scope.holds(present())) {
        throw scope.refuse(
            "'%s' was sent outside of the transaction by %s".formatted(sql.strip(), Caller.find()));
      }
    }
    return sql;
  }

  static boolean endsTransaction(String sql) {
    return ENDS_TRANSACTION.matcher(sql).matches();
  }

  private @Nullable Transaction present() {
    try {
      return transactions.get().getTransaction();
    } catch (SystemException e) {
      throw new IllegalStateException("cannot tell which transaction this thread is in", e);
    }
  }
}
