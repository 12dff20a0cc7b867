package dev.aftercommit.lab.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioLanes;
import dev.aftercommit.lab.scenario.ScenarioParser;
import dev.aftercommit.lab.search.Recorder.Extent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanesTest {

  private static final Explorer.Progress SILENT = (runs, failing, perSecond) -> {};

  /** Three deposits into two accounts; 1,680 orders, far fewer that differ. */
  private static final String TEXT =
      """
      setup
      {
        CREATE TABLE a (v int); CREATE TABLE b (v int); CREATE TABLE c (v int);
        INSERT INTO a VALUES (0); INSERT INTO b VALUES (0); INSERT INTO c VALUES (0);
      }
      """
          + session("A", "SELECT v FROM b;", "UPDATE a SET v = coalesce(:v, 0)::int + 1;")
          + session("B", "SELECT v FROM c;", "UPDATE b SET v = coalesce(:v, 0)::int + 1;")
          + session("C", "SELECT v FROM a;", "UPDATE c SET v = coalesce(:v, 0)::int + 1;")
          + "invariant \"any end will do\" { SELECT true }\n";

  @TempDir private Path folder;

  @Test
  void moreLanesRunTheSameSchedules() throws Exception {
    Exploration one = reduced(1);
    Exploration three = reduced(3);

    assertThat(one.verdict()).isEqualTo(Verdict.HOLDS);
    assertThat(three.verdict()).isEqualTo(Verdict.HOLDS);
    assertThat(three.schedules()).isEqualTo(one.schedules());
    assertThat(three.cut()).isEqualTo(one.cut());
    assertThat(counts(three)).isEqualTo(counts(one));
  }

  @Test
  void withFewPreemptionsTooMoreLanesRunTheSame() throws Exception {
    Budget few = new Budget(2_000, Duration.ofMinutes(2), 1, Duration.ZERO);
    try (ScenarioLanes one = open(1);
        ScenarioLanes two = open(2)) {
      Exploration alone = Explorer.explore(one.lanes(false), few, SILENT);
      Exploration both = Explorer.explore(two.lanes(false), few, SILENT);

      assertThat(alone.withinPreemptions()).isTrue();
      assertThat(both.schedules()).isEqualTo(alone.schedules());
      assertThat(counts(both)).isEqualTo(counts(alone));
    }
  }

  @Test
  void aSearchGoesOnWhereTheBudgetHasEndedIt() throws Exception {
    Path file = folder.resolve("checkpoint.json");
    Exploration whole = reduced(1);
    Exploration last = null;
    try (ScenarioLanes lanes = open(2)) {
      for (int i = 0; i < 200 && (last == null || last.verdict() == Verdict.BOUNDED); i++) {
        Budget little = new Budget(40, Duration.ofMinutes(2), Budget.ALL, Duration.ZERO);
        last =
            Explorer.explore(lanes.lanes(true), little, SILENT, new Checkpoint(file, "this one"));
        assertThat(Files.exists(file)).isEqualTo(last.verdict() == Verdict.BOUNDED);
      }
    }

    assertThat(last).isNotNull();
    assertThat(last.verdict()).as(last.reason()).isEqualTo(Verdict.HOLDS);
    assertThat(last.reduced()).isTrue();
    assertThat(last.schedules()).isEqualTo(whole.schedules());
    assertThat(counts(last)).isEqualTo(counts(whole));
  }

  @Test
  void aCheckpointOfAnotherSearchIsRefused() throws Exception {
    Path file = folder.resolve("checkpoint.json");
    Budget little = new Budget(5, Duration.ofMinutes(2), Budget.ALL, Duration.ZERO);
    try (ScenarioLanes lanes = open(1)) {
      Explorer.explore(lanes.lanes(true), little, SILENT, new Checkpoint(file, "this one"));
      List<Lane> again = lanes.lanes(true);

      assertThatThrownBy(
              () -> Explorer.explore(again, little, SILENT, new Checkpoint(file, "that one")))
          .hasMessageContaining("expected [that one], found [this one]");
      Files.writeString(file, "not JSON");
      assertThatThrownBy(
              () -> Explorer.explore(again, little, SILENT, new Checkpoint(file, "this one")))
          .hasMessageContaining("is no checkpoint");
    }
  }

  private static Exploration reduced(int count) throws Exception {
    try (ScenarioLanes opened = open(count)) {
      Recorder recorder =
          new Recorder(
              new Budget(5_000, Duration.ofMinutes(2), Budget.ALL, Duration.ZERO), 0, told -> {});
      Extent extent = new ReducedSearch(recorder).search(opened.lanes(true));
      return recorder.result(extent, true);
    }
  }

  private static Map<String, Integer> counts(Exploration found) {
    Map<String, Integer> counts = new HashMap<>();
    found.outcomes().forEach((outcome, count) -> counts.put(outcome.state(), count));
    return counts;
  }

  private static ScenarioLanes open(int count) throws Exception {
    Scenario scenario = ScenarioParser.parse("test", TEXT);
    return ScenarioLanes.open(scenario, Addresses.of(LabServer.address()), count, 0);
  }

  private static String session(String name, String first, String second) {
    return """
    session %1$s
    step %1$s_begin { BEGIN; }
    step %1$s_first { %2$s }
    step %1$s_second { %3$s }
    step %1$s_end { COMMIT; }
    """
        .formatted(name, first, second);
  }
}
