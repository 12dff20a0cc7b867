package dev.aftercommit.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatTest {

  @ParameterizedTest
  @ValueSource(strings = {"lost-update", "id-gap", "deadlock-order", "for-update"})
  void theTextFitsInto80Columns(String name) throws Exception {
    assertThat(Format.text.write(report(name)).lines())
        .isNotEmpty()
        .allMatch(line -> line.length() <= 80);
  }

  @Test
  void theTextNamesTheAnomaly() throws Exception {
    assertThat(Format.text.write(report("lost-update"))).contains("lost update (P4)");
    assertThat(Format.text.write(report("write-skew"))).contains("write skew (G2)");
    assertThat(Format.text.write(report("read-skew"))).contains("read skew (G-single, A5A)");
  }

  @Test
  void waitsAndWakeUpsAreDrawn() throws Exception {
    assertThat(Format.text.write(report("for-update"))).contains("… waits for A", "… goes on");
    assertThat(Format.html.write(report("for-update"))).contains("class=\"row WAIT\"");
    assertThat(Format.mermaid.write(report("for-update"))).contains("Note over a1: … waits for A");
  }

  @Test
  void theJsonHasTheVerdictAndEachRow() throws Exception {
    JsonNode root = new ObjectMapper().readTree(Format.json.write(report("lost-update")));

    assertThat(root.path("verdict").asText()).isEqualTo("FAILS");
    assertThat(root.path("rows")).hasSize(6);
    assertThat(root.path("why").asText()).contains("P4");
  }

  private static Report report(String name) throws Exception {
    Scenario scenario = Library.find(name);
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, LabServer.address())) {
      Exploration found =
          Explorer.explore(
              experiment,
              experiment.relation(),
              Budget.standard(),
              (runs, failing, perSecond) -> {});
      return new Report(
          name,
          scenario.level().title(),
          scenario.description(),
          scenario.actors(),
          found,
          "TOKE-N");
    }
  }
}
