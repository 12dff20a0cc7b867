package dev.aftercommit.notification.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

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

  Smtp smtp();

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
     * How long a claim keeps other instances away; renewed while its process lives. After a crash
     * the mail goes again when it has passed.
     */
    @WithDefault("60s")
    Duration claim();

    /** Longest wait for the lock of a row that somebody else holds; it is marked later then. */
    @WithDefault("2s")
    Duration lockLimit();

    /**
     * Tries before a notification is parked; one that the server refused, not the mail, does not
     * count.
     */
    @WithDefault("10")
    int mostTries();

    /** Wait before the second try; doubles with each, up to half of it more or less by chance. */
    @WithDefault("2s")
    Duration retryFirst();

    /** Longest wait before a try. */
    @WithDefault("10m")
    Duration retryLongest();

    /**
     * First pause of the whole sender when the SMTP server cannot be reached or refuses us; doubles
     * with each failed probe.
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

    /** Longest silence on a stream; a comment ends it. */
    @WithDefault("15s")
    Duration heartbeat();

    /** How far back a client that comes again is told what it missed. */
    @WithDefault("1h")
    Duration replay();
  }

  /** The SMTP server. */
  interface Smtp {
    @WithDefault("localhost")
    String host();

    @WithDefault("25")
    int port();

    /** Sender of the mails. */
    @WithDefault("payroll@aftercommit.example")
    String from();

    /** Name to authenticate with; without one, nobody does. */
    Optional<String> username();

    Optional<String> password();

    @WithDefault("optional")
    Tls tls();

    /** Longest wait for a connection, and for each answer until it can be used. */
    @WithDefault("5s")
    Duration connectLimit();

    /** Longest wait for the answer to each command of a mail; nothing has been delivered then. */
    @WithDefault("60s")
    Duration commandLimit();

    /**
     * Longest wait for the answer behind the mail itself. RFC 5321, 4.5.3.2.6: at least ten
     * minutes, because giving up earlier means sending a mail again that was taken.
     */
    @WithDefault("10m")
    Duration answerLimit();
  }

  /** Whether the way to the SMTP server is encrypted. */
  enum Tls {
    /** Never. */
    NONE,
    /** With STARTTLS when the server offers it. */
    OPTIONAL,
    /** With STARTTLS, or no mail is sent. */
    REQUIRED,
    /** From the first byte, as on port 465. */
    IMPLICIT
  }
}
