package dev.aftercommit.employee.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.stack.testing.ServersTestResource;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** The consumer stands still for a reason of its own: held while it writes a log line. */
@QuarkusTest
@TestProfile(StuckInvalidationsTest.Soon.class)
@QuarkusTestResource(
    value = ServersTestResource.class,
    initArgs = @ResourceArg(name = "rabbitmq", value = "true"),
    restrictToAnnotatedClass = true)
class StuckInvalidationsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Work that stands still is told of sooner. */
  public static final class Soon implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("resilience.progress-limit", "6s");
    }
  }

  @Inject Api api;
  @Inject ReadCaches caches;

  /** Holds whoever logs until it is let go. */
  private static final class Holding extends Handler {

    private final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public void publish(LogRecord line) {
      try {
        goOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void aConsumerThatStandsStillBesideHealthyServersFailsLiveness() throws Exception {
    await().atMost(PATIENCE).until(caches::isTrusted);
    Logger logger = Logger.getLogger(OutboxInvalidations.class.getName());
    Holding holding = new Holding();
    logger.addHandler(holding);
    try (Connection connection = SharedServers.get().rabbitMq().connect();
        Channel channel = connection.createChannel()) {
      channel.basicPublish("", Topology.CACHE_QUEUE, null, new byte[] {'?'});

      await().atMost(PATIENCE).until(() -> api.get("/q/health/live").status() == 503);
      assertThat(api.get("/q/health/live").body().toString())
          .contains("\"cache-invalidations\":\"stands still for");
    } finally {
      logger.removeHandler(holding);
      holding.goOn.countDown();
    }
    await().atMost(PATIENCE).until(() -> api.get("/q/health/live").status() == 200);
  }
}
