package dev.aftercommit.aggregator.average;

import static dev.aftercommit.aggregator.Events.employee;
import static dev.aftercommit.aggregator.Events.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.aggregator.config.AggregatorConfig;
import dev.aftercommit.events.ConsistencyToken;
import dev.aftercommit.resilience.Outages;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The look for awaited writes goes on, whatever happens to one of its queries. */
class ConsistencyGateTest {

  private static final AggregatorConfig.Consistency PATIENT =
      new AggregatorConfig.Consistency() {
        @Override
        public Duration longestWait() {
          return Duration.ofSeconds(60);
        }

        @Override
        public Duration pollFirst() {
          return Duration.ofMillis(1);
        }

        @Override
        public Duration pollLongest() {
          return Duration.ofMillis(20);
        }

        @Override
        public int mostWaiting() {
          return 10;
        }
      };

  @Test
  void anUnexpectedFailureOfOneLookKeepsNoReaderWaiting() throws Exception {
    try (AggregatorDatabase database = new AggregatorDatabase()) {
      AtomicInteger calls = new AtomicInteger();
      DataSource failing = failingOnce(database.dataSource(), 2, calls);
      ConsistencyGate gate =
          new ConsistencyGate(
              new AverageQueries(failing),
              new AggregatorConfig() {
                @Override
                public Consistency consistency() {
                  return PATIENT;
                }

                @Override
                public Stream stream() {
                  throw new UnsupportedOperationException();
                }
              },
              new Outages(new SimpleMeterRegistry()));
      try {
        FutureTask<Boolean> reader =
            new FutureTask<>(
                () -> {
                  gate.pass(new ConsistencyToken("employee", "1", 0).encode());
                  return true;
                });
        Thread.ofVirtual().start(reader);
        await().until(() -> calls.get() > 3);
        assertThat(reader.isDone()).isFalse();

        database.apply(message(employee("1", "A", "1.00", 0)));

        assertThat(reader.get()).isTrue();
      } finally {
        gate.stop();
      }
    }
  }

  /** The reader's own look is the first call, the second is the first of the thread that looks. */
  private static DataSource failingOnce(DataSource real, int failing, AtomicInteger calls) {
    return (DataSource)
        Proxy.newProxyInstance(
            ConsistencyGateTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (_, method, arguments) -> {
              if (calls.incrementAndGet() == failing) {
                throw new IllegalStateException("a defect");
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
