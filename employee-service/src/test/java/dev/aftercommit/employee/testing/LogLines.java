package dev.aftercommit.employee.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jboss.logmanager.formatters.PatternFormatter;

/** What the service logs from now on, until it is closed. */
public final class LogLines extends Handler implements AutoCloseable {

  /** Looks for a broker, which the tests of the database do not bring. */
  private static final String CACHE = "dev.aftercommit.employee.cache";

  private final List<LogRecord> records = new CopyOnWriteArrayList<>();
  private final PatternFormatter format = new PatternFormatter("%p [%c] %s");

  public LogLines() {
    Logger.getLogger("").addHandler(this);
  }

  /** Every line of the service and its frameworks, with its category. */
  public List<String> lines() {
    return records.stream().map(format::format).toList();
  }

  /** The lines of these that carry a stack trace. */
  public Stream<String> stackTraces() {
    return records.stream()
        .filter(record -> record.getThrown() != null)
        .map(record -> record.getLoggerName() + ": " + record.getThrown());
  }

  @Override
  public void publish(LogRecord record) {
    if (!String.valueOf(record.getLoggerName()).startsWith(CACHE)) {
      records.add(record);
    }
  }

  @Override
  public void flush() {
    // nothing is buffered
  }

  @Override
  public void close() {
    Logger.getLogger("").removeHandler(this);
  }
}
