package dev.aftercommit.notification;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits longer than Awaitility does by itself: a machine that tests everything at once is slow. */
public final class Patience {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Patience() {}

  public static ConditionFactory await() {
    return Awaitility.await().atMost(LIMIT);
  }
}
