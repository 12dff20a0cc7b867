package dev.aftercommit.consumer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A retention that the broker can outlast is not accepted. */
class InboxRetentionTest {

  @Test
  void aRetentionOfLessThanADayIsRefusedWithBothTimes() {
    ConsumerConfig config = ConsumerDatabase.config(Map.of("consumer.inbox-retention", "23h"));

    assertThatThrownBy(() -> new InboxRetention(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("consumer.inbox-retention is PT23H")
        .hasMessageContaining("at least PT24H");
  }
}
