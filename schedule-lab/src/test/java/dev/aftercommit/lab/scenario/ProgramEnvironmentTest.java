package dev.aftercommit.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class ProgramEnvironmentTest {

  @Test
  void theAddressOfTheBrokerKeepsEverythingButThePlace() {
    assertThat(amqpUrl("amqp://me:a%20secret@broker:5673/a%2Fb"))
        .isEqualTo("amqp://me:a%20secret@127.0.0.1:7/a%2Fb");
  }

  @Test
  void aBrokerThatNeedsNoUserIsNotGivenOne() {
    assertThat(amqpUrl("amqp://broker:5673")).isEqualTo("amqp://127.0.0.1:7");
  }

  private static String amqpUrl(String broker) {
    return new ProgramEnvironment().rabbit(URI.create(broker), 7).variables().get("AMQP_URL");
  }
}
