package dev.aftercommit.consumer;

import com.rabbitmq.client.AlreadyClosedException;
import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Keeps one stack trace out of the console: after each loss of the connection the connector cancels
 * its consumer on the channel that is gone, and Mutiny tells of that as an error.
 */
@LoggingFilter(name = "dropped-cancellations")
public final class DroppedCancellations implements Filter {

  private static final String MUTINY = "io.quarkus.mutiny.runtime.MutinyInfrastructure";

  @Override
  public boolean isLoggable(LogRecord line) {
    return !(MUTINY.equals(line.getLoggerName())
        && line.getThrown() instanceof AlreadyClosedException);
  }
}
