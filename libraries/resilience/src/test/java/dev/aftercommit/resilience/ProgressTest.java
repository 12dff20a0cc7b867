package dev.aftercommit.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ProgressLiveness liveness = new ProgressLiveness(registry, Duration.ofMillis(60));
  private volatile boolean away;
  private volatile int looks;

  @AfterEach
  void stop() {
    liveness.stop();
  }

  @Test
  void workThatStandsStillAlthoughAllAnswersFailsLivenessUntilItGoesOn() {
    Progress progress = liveness.of("work", this::check);

    await().until(() -> liveness.call().getStatus() == Status.DOWN);
    assertThat(liveness.call().getData().orElseThrow()).containsKey("work");
    assertThat(registry.get("progress.stalled").tag("of", "work").gauge().value()).isEqualTo(1);

    progress.made();
    assertThat(liveness.call().getStatus()).isEqualTo(Status.UP);
  }

  @Test
  void workThatStandsStillInAnOutageIsExcused() {
    away = true;
    liveness.of("work", this::check);

    await().until(() -> looks >= 3);
    assertThat(liveness.call().getStatus()).isEqualTo(Status.UP);

    away = false;
    await().until(() -> liveness.call().getStatus() == Status.DOWN);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread counts
  private void check() throws IOException {
    looks++;
    if (away) {
      throw new IOException("away");
    }
  }
}
