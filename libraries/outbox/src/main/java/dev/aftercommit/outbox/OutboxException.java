package dev.aftercommit.outbox;

import java.sql.SQLException;

/** The database refused an append; the transaction is marked for rollback. */
public final class OutboxException extends RuntimeException {

  OutboxException(String message, SQLException cause) {
    super(message, cause);
  }
}
