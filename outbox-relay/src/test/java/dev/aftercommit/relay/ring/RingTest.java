package dev.aftercommit.relay.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.relay.OutboxDatabase;
import dev.aftercommit.resilience.Outages;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class RingTest {

  private static final String ALL_DELIVERED =
      "UPDATE outbox.shard SET delivered = pg_current_snapshot(), horizon = pg_current_xact_id()";

  /** Moves what is in the outbox to the part whose turn comes next, at any time of day. */
  private static final String TO_OLDEST_SLOT =
      "UPDATE outbox.event SET slot = ((extract(epoch FROM clock_timestamp())::bigint / 900 + 1) % 4)";

  @Test
  void aPartIsEmptiedOnceDeliveredButNotByCursorsOfAnotherCluster() throws SQLException {
    try (OutboxDatabase outbox = new OutboxDatabase()) {
      Ring ring = new Ring(outbox.asRelay(), new Outages(new SimpleMeterRegistry()));
      outbox.commitEvent("employee/1", "one");
      outbox.execute(TO_OLDEST_SLOT);
      outbox.execute(
          "UPDATE outbox.shard SET delivered = '9000000000:9000000000:', horizon = '9000000000'");

      assertThat(ring.emptyOldestSlot()).isFalse();
      assertThat(outbox.count("SELECT count(*) FROM outbox.event")).isOne();

      outbox.execute(ALL_DELIVERED);

      assertThat(ring.emptyOldestSlot()).isTrue();
      assertThat(outbox.count("SELECT count(*) FROM outbox.event")).isZero();
    }
  }
}
