package dev.aftercommit.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatTest {

  @ParameterizedTest
  @ValueSource(strings = {"lost-update", "id-gap", "deadlock-order", "for-update"})
  void theTextFitsInto80Columns(String name) throws Exception {
    assertThat(Format.text.write(Reports.of(name)).lines())
        .isNotEmpty()
        .allMatch(line -> line.length() <= 80);
  }

  @Test
  void theTextNamesTheAnomaly() throws Exception {
    assertThat(Format.text.write(Reports.of("lost-update"))).contains("lost update (P4)");
  }

  @Test
  void waitsAndWakeUpsAreDrawn() throws Exception {
    assertThat(Format.text.write(Reports.of("for-update"))).contains("… waits for A", "… goes on");
    assertThat(Format.html.write(Reports.of("for-update"))).contains("class=\"row WAIT\"");
    assertThat(Format.mermaid.write(Reports.of("for-update")))
        .contains("Note over a1: … waits for A");
  }

  @Test
  void theJsonHasTheVerdictAndEachRow() throws Exception {
    JsonNode root = new ObjectMapper().readTree(Format.json.write(Reports.of("lost-update")));

    assertThat(root.path("verdict").asText()).isEqualTo("FAILS");
    assertThat(root.path("rows")).hasSize(6);
    assertThat(root.path("why").asText()).contains("P4");
  }

  @Test
  void whatIsCommittedAndLockedStandsBesideTheActors() throws Exception {
    Report report = Reports.of("for-update");

    assertThat(Format.text.write(report))
        .contains("╎ committed  account 1: 100 → 110", "╎ locks      A: account 1 ← B");
    assertThat(Format.markdown.write(report))
        .contains(
            "| t | A | B | committed | locks |", "**account 1: 110**", "**A: account 1 ← B**");
    assertThat(Format.mermaid.write(report))
        .contains("Note over db: locks A: account 1 ← B", "account 1: 100 → 110");
    JsonNode moments = new ObjectMapper().readTree(Format.json.write(report)).path("moments");
    assertThat(moments).hasSize(7);
    assertThat(moments.path(2).path("locks").path(0).path("waiters").path(0).asText())
        .isEqualTo("B");
    assertThat(moments.path(6).path("committed").path("account 1").asText()).isEqualTo("120");
  }

  @Test
  void keysAndMessagesStandBesideTheActors() throws Exception {
    Scenario scenario =
        ScenarioParser.parse(
            "told-before",
            """
            setup { CREATE TABLE account (id int PRIMARY KEY, balance int); INSERT INTO account VALUES (1, 100); }
            redis { SET account:1 100 }
            queue lab.told
            session W
            step wb { BEGIN; }
            step wu { UPDATE account SET balance = 110 WHERE id = 1; }
            step wd redis { DEL account:1 }
            step wp publish { lab.told id=1 }
            step wc { COMMIT; }
            session C consumes lab.told
            step cg redis { GET account:1 }
            step cr { SELECT balance FROM account WHERE id = 1; }
            step cs redis { SET account:1 :balance }
            step ca ack
            invariant "the cache is not stale"
            {
              SELECT NOT EXISTS (SELECT FROM lab.redis JOIN account ON key = 'account:' || id AND value <> balance::text)
            }
            """);
    Report report = Reports.of(scenario);

    assertThat(Format.text.write(report))
        .contains("╎ cache      none", "lab.told: (empty) → id=1", "stale read");
    assertThat(Format.markdown.write(report))
        .contains("| t | W | C | committed | locks | cache | queue |");
    assertThat(Format.mermaid.write(report))
        .contains("participant cache as Redis", "queue->>a1: deliver lab.told → id=1");
  }
}
