package dev.aftercommit.employee.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.aftercommit.employee.testing.Counters;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.events.DepartmentChanged;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ChangeEventsTest {

  @Inject ChangeEvents events;
  @Inject Database database;
  @Inject Counters counters;

  @Test
  void appendingOutsideATransactionFailsAndNamesTheFix() {
    double committed = counters.committed();
    DepartmentChanged event =
        new DepartmentChanged("0", "Nowhere", BigDecimal.ONE, 0, Instant.EPOCH);

    assertThatIllegalStateException()
        .isThrownBy(() -> events.append(List.of(event)))
        .withMessageContaining("without an active transaction")
        .withMessageContaining("Put @Transactional on the service method");

    assertThat(database.events("department/0")).isEmpty();
    assertThat(counters.committed()).isEqualTo(committed);
  }
}
