package dev.aftercommit.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutageTest {

  private static final String CATEGORY = "outage-test";

  private final LogLines log = new LogLines(CATEGORY);
  private long now = 1;
  private final Outage outage = new Outage(Logger.getLogger(CATEGORY), "the thing", () -> now);

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void aThousandFailuresInAMinuteAreOneLineAndTheEndIsAnother() {
    outage.works();
    for (int i = 0; i < 1000; i++) {
      outage.failed("cause " + i);
      now += Duration.ofMillis(50).toNanos();
    }
    outage.works();
    outage.works();

    assertThat(log.lines())
        .containsExactly(
            "WARN the thing fails: cause 0",
            "INFO the thing works again after 50 s and 1000 failures");
  }

  @Test
  void aLongOutageIsToldOnceAMinuteWithItsCounts() {
    for (int second = 0; second <= 120; second++) {
      outage.failed("cause");
      now += Duration.ofSeconds(1).toNanos();
    }

    assertThat(log.lines())
        .containsExactly(
            "WARN the thing fails: cause",
            "WARN the thing still fails after 60 s, 60 more failures since the last line: cause",
            "WARN the thing still fails after 120 s, 60 more failures since the last line: cause");
  }

  @Test
  void theReasonIsTheNewestAndGoneAtTheEnd() {
    outage.failed(new IOException("first\nrest"));
    outage.failed(new IllegalStateException());

    assertThat(outage.reason()).contains("IllegalStateException (2 failures in 0 s)");
    outage.works();
    assertThat(outage.reason()).isEmpty();
  }

  @Test
  void anOutageThatMattersTakesTheServiceOutOfReadinessAndOthersOnlyShow() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Outages outages = new Outages(registry);
    Outage matters = outages.of("one", "one", Logger.getLogger(CATEGORY), true);
    Outage shows = outages.of("two", "two", Logger.getLogger(CATEGORY), false);
    OutagesReadiness readiness = new OutagesReadiness(outages);

    shows.failed("away");
    assertThat(readiness.call().getStatus()).isEqualTo(Status.UP);
    assertThat(readiness.call().getData().orElseThrow()).containsOnlyKeys("two");
    assertThat(registry.get("outage").tag("of", "two").gauge().value()).isEqualTo(1);

    matters.failed("away");
    assertThat(readiness.call().getStatus()).isEqualTo(Status.DOWN);

    matters.works();
    assertThat(readiness.call().getStatus()).isEqualTo(Status.UP);
    assertThat(registry.get("outage").tag("of", "one").gauge().value()).isZero();
    assertThat(outages.of("one", "one", Logger.getLogger(CATEGORY), true)).isSameAs(matters);
  }
}
