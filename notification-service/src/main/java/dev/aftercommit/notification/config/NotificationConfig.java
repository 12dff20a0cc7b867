package dev.aftercommit.notification.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the notification service; every batch, wait and retry has its bound here. */
@ConfigMapping(prefix = "notification")
public interface NotificationConfig {

  /**
   * What stands behind the {@code @} of each Message-ID; keep it for ever, since repetitions are
   * recognised by it.
   */
  @WithDefault("aftercommit.example")
  String messageIdDomain();

  /**
   * How long notifications are kept after they were sent, or found to be without address; the
   * parked and the pending ones are kept as long as they are that.
   */
  @WithDefault("90d")
  Duration retention();

  Sender sender();

  Stream stream();

  /** How mails leave. */
  interface Sender {
    /** Most mails under way at a time, each on a connection of its own. */
    @WithDefault("16")
    int inFlight();

    /** Most notifications claimed in one transaction. */
    @WithDefault("64")
    int claimBatch();

    /**
     * How long a claim keeps other instances away. After a crash the mail goes again when it has
     * passed.
     */
    @WithDefault("60s")
    Duration claim();

    /** Longest wait for the SMTP server to take one mail; at most half of the claim. */
    @WithDefault("10s")
    Duration sendTimeout();

    /** Tries before a notification is parked. */
    @WithDefault("10")
    int mostTries();

    /** Wait before the second try; doubles with each, up to half of it more or less by chance. */
    @WithDefault("2s")
    Duration retryFirst();

    /** Longest wait before a try. */
    @WithDefault("10m")
    Duration retryLongest();

    /**
     * First pause of the whole sender when the SMTP server cannot be reached; doubles with each
     * failed probe.
     */
    @WithDefault("200ms")
    Duration outageFirst();

    /** Longest pause of the whole sender. */
    @WithDefault("5s")
    Duration outageLongest();

    /** How often to look for due notifications when nobody rings. */
    @WithDefault("1s")
    Duration poll();

    /** How often the gauges of pending notifications are read from the database. */
    @WithDefault("10s")
    Duration gauges();

    /** How long a stop waits for mails under way. */
    @WithDefault("5s")
    Duration stopLimit();
  }

  /** The live stream. */
  interface Stream {
    /** How often a listener looks for news. */
    @WithDefault("500ms")
    Duration interval();

    /** Most notifications per look. */
    @WithDefault("1000")
    int most();
  }
}
