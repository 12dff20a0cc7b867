package dev.aftercommit.relay.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Bounds and times of the relay. Every property is described in the module's README. */
@ConfigMapping(prefix = "aftercommit.relay")
public interface RelayConfig {

  /** Name of this process among the relays; must differ from every other's. Made up when absent. */
  Optional<String> instance();

  /** How long a relay that fell silent keeps its shards, in database time. */
  @WithDefault("3s")
  Duration lease();

  /**
   * How often the lease is renewed and the fair share of shards is looked at; well below the lease.
   */
  @WithDefault("1s")
  Duration heartbeat();

  /** How often the outbox is read when no bell rings; bounds the delay after a lost wake-up. */
  @WithDefault("2s")
  Duration poll();

  /** Most events read at once. */
  @WithDefault("500")
  int pageSize();

  /** Most events read and not yet settled, in pages; bounds the memory. */
  @WithDefault("4")
  int pagesInFlight();

  /** Most events published and not yet confirmed by the broker. */
  @WithDefault("256")
  int confirmWindow();

  /** How long the broker may confirm nothing before its connection is given up. */
  @WithDefault("30s")
  Duration confirmTimeout();

  /**
   * Longest time between two writes of the cursor while events flow; what a crash may send again.
   */
  @WithDefault("50ms")
  Duration cursorSave();

  /**
   * Whether exchanges, queues and bindings are declared whenever the relay connects; not where
   * operators do that, and the relay's user may not.
   */
  @WithDefault("true")
  boolean declareTopology();

  /** How often exchanges and queues are looked for while the relay is connected. */
  @WithDefault("5s")
  Duration topologyCheck();

  /**
   * How long the broker may refuse an event (nack) before it is parked with the later ones of its
   * key; until then it is tried again, with growing pauses.
   */
  @WithDefault("10m")
  Duration parkNackedAfter();

  /** How often the backlog is read for the metrics, while somebody scrapes them. */
  @WithDefault("10s")
  Duration backlogRead();

  /** How old a backlog the metrics may show; they show none (NaN) instead of an older one. */
  @WithDefault("30s")
  Duration backlogKept();

  /** First pause after a failure of the broker or the database; doubled each time. */
  @WithDefault("200ms")
  Duration backoffMin();

  /** Longest pause between two tries. */
  @WithDefault("2s")
  Duration backoffMax();

  /** How often delivered parts of the ring are looked for and emptied. */
  @WithDefault("60s")
  Duration ringCheck();
}
