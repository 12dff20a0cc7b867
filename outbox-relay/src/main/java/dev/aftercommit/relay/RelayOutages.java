package dev.aftercommit.relay;

import dev.aftercommit.relay.publish.Broker;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** What can fail in a relay, each told on its own. */
@Singleton
class RelayOutages {

  private static final Logger LOG = Logger.getLogger(RelayLoop.class);

  /** No session; events wait in the outbox. */
  final Outage relaying;

  /** The lease is not renewed; once it has run out others take the shards over. */
  final Outage lease;

  /** The bell is not heard; events are found by polling. */
  final Outage bell;

  /** The broker refuses events for now; they are tried again. */
  final Outage nacks;

  /** The broker has asked publishers to stop, for lack of memory or disk. */
  final Outage blocked;

  /** Keys wait for somebody to ask for a replay. */
  final Outage parked;

  /** Exchanges or queues are missing. */
  final Outage topology;

  RelayOutages(Outages outages, Broker broker) {
    relaying =
        outages.of(
            "relay", "relaying from the outbox to RabbitMQ at " + broker.address(), LOG, true);
    lease = outages.of("lease", "the renewal of the lease", LOG, false);
    bell = outages.of("bell", "hearing the bell (events are found by polling)", LOG, false);
    nacks = outages.of("nacks", "RabbitMQ's acceptance of events", LOG, false);
    blocked = outages.of("blocked", "RabbitMQ's room for new messages", LOG, false);
    parked = outages.of("parked", "delivery of some keys", LOG, false);
    topology = outages.of("topology", "the topology of RabbitMQ", LOG, false);
  }

  /** So many keys have parked events. */
  void keysParked(int keys) {
    if (keys == 0) {
      parked.works();
    } else {
      parked.failed(
          "events of %d keys are parked until somebody asks for a replay; GET /relay/parked tells why"
              .formatted(keys));
    }
  }
}
