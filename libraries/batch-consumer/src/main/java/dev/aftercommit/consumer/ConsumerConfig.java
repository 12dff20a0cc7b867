package dev.aftercommit.consumer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How messages become transactions; every batch, queue, wait and retry has its bound here. */
@ConfigMapping(prefix = "consumer")
public interface ConsumerConfig {

  /** Most messages that are unacknowledged at a time: the bound of the memory they take. */
  @WithDefault("1024")
  int prefetch();

  /** Most messages in one transaction. */
  @WithDefault("256")
  int batchSize();

  /** Longest wait for more messages; only under load, never when idle. */
  @WithDefault("5ms")
  Duration linger();

  /** Under load means: the batch before had at least this many messages. */
  @WithDefault("2")
  int lingerFrom();

  /** Tries of one batch against deadlocks and serialization failures before it backs off. */
  @WithDefault("5")
  int conflictTries();

  /** First wait before a batch is tried again while the database is away; doubles. */
  @WithDefault("50ms")
  Duration retryFirst();

  /** Longest wait before a batch is tried again while the database is away. */
  @WithDefault("2s")
  Duration retryLongest();

  /** First wait between two tries to reach the broker; doubles, and tries do not end. */
  @WithDefault("500ms")
  Duration brokerRetry();

  /** Longest wait between two tries to reach the broker. */
  @WithDefault("2s")
  Duration brokerRetryLongest();

  /** How often to look for messages that the broker gave up on. */
  @WithDefault("30s")
  Duration deadLetterCheck();

  /** How long a version may be overtaken by newer ones before it is told as missing. */
  @WithDefault("30s")
  Duration gapLag();

  /** How often to look for versions that are missing. */
  @WithDefault("10s")
  Duration gapCheck();

  /**
   * How long the ids of applied messages are kept to recognise repetitions; at least a day. A
   * message that comes again later counts as new.
   */
  @WithDefault("7d")
  Duration inboxRetention();

  /** How often rows whose time has passed are deleted; see {@link Retention}. */
  @WithDefault("10m")
  Duration purgeInterval();

  /** Most rows deleted in one transaction. */
  @WithDefault("5000")
  int purgeBatch();

  /** How long a stop waits for the batch that is under way. */
  @WithDefault("5s")
  Duration stopLimit();
}
