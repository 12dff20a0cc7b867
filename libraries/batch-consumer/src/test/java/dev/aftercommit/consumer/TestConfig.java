package dev.aftercommit.consumer;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;

/** The defaults, with short waits. */
final class TestConfig {

  static final ConsumerConfig CONFIG =
      new SmallRyeConfigBuilder()
          .withMapping(ConsumerConfig.class)
          .withConverter(Duration.class, 200, new DurationConverter())
          .withDefaultValue("consumer.retry-first", "1ms")
          .withDefaultValue("consumer.retry-longest", "20ms")
          .build()
          .getConfigMapping(ConsumerConfig.class);

  private TestConfig() {}
}
