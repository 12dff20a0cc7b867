package dev.aftercommit.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {

  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  @ParameterizedTest
  @CsvSource({"1, 100", "2, 200", "3, 400", "4, 800", "5, 1000", "40, 1000", "2147483647, 1000"})
  void theBoundDoublesUpToTheLongestAndThePauseIsAtLeastHalfOfIt(int failures, long bound) {
    for (int i = 0; i < 1000; i++) {
      assertThat(BackOff.after(failures, FIRST, LONGEST))
          .isBetween(Duration.ofMillis(bound / 2), Duration.ofMillis(bound));
    }
  }

  @Test
  void aSuccessBeginsWithTheShortestPauseAgain() {
    BackOff backOff = new BackOff(FIRST, LONGEST);
    for (int i = 0; i < 10; i++) {
      backOff.next();
    }
    backOff.reset();

    assertThat(backOff.next()).isLessThanOrEqualTo(FIRST);
  }

  @Test
  void pausesThatCannotGrowAreRefused() {
    assertThatThrownBy(() -> new BackOff(Duration.ofMillis(2), Duration.ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BackOff(Duration.ZERO, FIRST))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
