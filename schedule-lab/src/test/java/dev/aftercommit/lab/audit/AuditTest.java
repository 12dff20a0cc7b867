package dev.aftercommit.lab.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Comparison;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the reduction leaves out ends as something that is run. */
class AuditTest {

  private static final int PROGRAMS = 16;
  private static final int ORDERS = 400;

  /** What takes longer is left to 'lab audit'. */
  private static final Budget BUDGET =
      new Budget(2 * ORDERS, Duration.ofSeconds(30), Budget.ALL, Duration.ofSeconds(30));

  static Stream<Named<Scenario>> programs() {
    return named(Audit.programs(1, PROGRAMS, ORDERS));
  }

  static Stream<Named<Scenario>> catalogue() {
    return named(Audit.catalogue());
  }

  private static Stream<Named<Scenario>> named(List<Scenario> scenarios) {
    return scenarios.stream()
        .map(scenario -> Named.of(scenario.name() + " at " + scenario.level().title(), scenario));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void noEndOfAGeneratedProgramIsLost(Scenario program) throws Exception {
    Comparison found = Audit.compare(program, LabServer.addresses(), BUDGET);

    assertThat(found.kind())
        .as("%s %s", program.text(), found.lost())
        .isEqualTo(Comparison.Kind.SAME);
    assertThat(found.reduced()).isLessThanOrEqualTo(found.every());
  }

  @ParameterizedTest
  @MethodSource("catalogue")
  void noEndOfAScenarioIsLost(Scenario scenario) throws Exception {
    Comparison found = Audit.compare(scenario, LabServer.addresses(), BUDGET);

    assumeThat(found.kind()).isNotEqualTo(Comparison.Kind.NOT_REDUCED);
    assumeThat(found.kind()).isNotEqualTo(Comparison.Kind.NOT_EXHAUSTED);
    assertThat(found.kind()).as("%s", found.lost()).isEqualTo(Comparison.Kind.SAME);
    assertThat(found.reduced()).isLessThanOrEqualTo(found.every());
  }

  @Test
  void equalSeedsGiveEqualPrograms() {
    assertThat(Programs.generate(new Random(7), ORDERS))
        .isEqualTo(Programs.generate(new Random(7), ORDERS))
        .isNotEqualTo(Programs.generate(new Random(8), ORDERS));
  }
}
