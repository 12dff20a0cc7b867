package dev.aftercommit.aggregator.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the reads; those of the consumption are {@code consumer.*}. */
@ConfigMapping(prefix = "aggregator")
public interface AggregatorConfig {

  Consistency consistency();

  Stream stream();

  /** Reads with a consistency token. */
  interface Consistency {
    /** Longest wait for the write that the token names. */
    @WithDefault("2s")
    Duration longestWait();

    /** First pause before looking whether any of the writes has arrived; doubles. */
    @WithDefault("5ms")
    Duration pollFirst();

    /** Longest pause before looking again. There is one look for all who wait. */
    @WithDefault("50ms")
    Duration pollLongest();

    /** Most readers that wait at a time; one more is told to come back. */
    @WithDefault("1000")
    int mostWaiting();
  }

  /** The live stream of averages. */
  interface Stream {
    /** Shortest time between two events of a stream. */
    @WithDefault("250ms")
    Duration interval();

    /** How often a comment is sent, whatever else is: proxies close a connection that is silent. */
    @WithDefault("15s")
    Duration heartbeat();
  }
}
