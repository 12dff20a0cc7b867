package dev.aftercommit.lab.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DraftTest {

  private static final String READ = "SELECT balance FROM account WHERE id = $1";
  private static final String WRITE = "UPDATE account SET balance = $1 WHERE id = $2";

  @TempDir Path folder;

  private final LogFile log = new LogFile();

  private Draft draft(@Nullable Path spans, @Nullable Path wal, @Nullable Path schema)
      throws IOException {
    return Draft.of(new Draft.Sources(log.writeTo(folder), spans, wal, schema), 1);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path schema() throws IOException {
    return file(
        "schema.sql",
        "CREATE TABLE account (id int PRIMARY KEY, balance int);\nINSERT INTO account VALUES (1, 100), (2, 50);\n");
  }

  private void twoDeposits() {
    log.simple(1, "1/2", "BEGIN")
        .simple(2, "2/2", "BEGIN")
        .extended(1, "1/2", READ, "1")
        .extended(2, "2/2", READ, "1")
        .extended(1, "1/2", WRITE, "110", "1")
        .begun(2, "2/2", WRITE, "120", "1")
        .waits(2, "2/2", 1)
        .extended(1, "1/2", "COMMIT")
        .granted(2, "2/2")
        .ended(2, "2/2", "UPDATE")
        .extended(2, "2/2", "COMMIT");
  }

  @Test
  void whatWasComputedFromAReadIsWrittenAsComputed() throws IOException {
    twoDeposits();

    Draft draft = draft(null, null, schema());

    assertThat(draft.summary()).contains("T1 ∥ T1  one read a row before the other changed it");
    Scenario scenario = ScenarioParser.parse("drafted", draft.scenario());
    assertThat(scenario.actors()).containsExactly("bank-1", "bank-2");
    assertThat(scenario.sessions().getFirst().steps())
        .extracting(Scenario.SessionStep::text)
        .containsExactly(
            "BEGIN;",
            "SELECT balance FROM account WHERE id = '1';",
            "UPDATE account SET balance = :balance::numeric + 10 WHERE id = '1';",
            "COMMIT;");
    assertThat(scenario.sessions().getLast().steps().get(2).text())
        .contains(":balance::numeric + 20");
    assertThat(scenario.seeds())
        .containsExactly(
            List.of(
                "a1-begin",
                "b1-begin",
                "a2-select",
                "b2-select",
                "a3-update",
                "b3-update",
                "a4-commit",
                "b4-commit"));
  }

  @Test
  void theDiagramShowsWhatWasReadAndWhoWaited() throws IOException {
    twoDeposits();

    assertThat(draft(null, null, schema()).diagram())
        .contains("→ balance 100", "… waits for bank-1", "… goes on")
        .doesNotContain("~");
  }

  @Test
  void whatOverlapsIsMarked() throws IOException {
    log.simple(1, "1/2", "BEGIN")
        .simple(2, "2/2", "BEGIN")
        .extended(1, "1/2", WRITE, "110", "1")
        .begun(1, "1/2", "COMMIT")
        .extended(2, "2/2", READ, "1")
        .ended(1, "1/0", "COMMIT")
        .extended(2, "2/2", WRITE, "120", "1")
        .extended(2, "2/2", "COMMIT");

    assertThat(draft(null, null, schema()).diagram()).contains("│ ~ COMMIT", "│ ~ SELECT balance");
  }

  @Test
  void withoutKnownValuesTheLiteralStaysAndTheDraftSaysWhy() throws IOException {
    twoDeposits();

    String scenario = draft(null, null, null).scenario();

    assertThat(scenario)
        .contains("SET balance = '110' WHERE", "what it had read is not in the log")
        .contains("put the CREATE TABLE statements here");
  }

  @Test
  void twoRowsOfOneTableAreReadUnderTwoNames() throws IOException {
    for (int pid = 1; pid <= 2; pid++) {
      log.simple(pid, pid + "/2", "BEGIN");
    }
    for (int pid = 1; pid <= 2; pid++) {
      String vxid = pid + "/2";
      log.extended(pid, vxid, READ, "1").extended(pid, vxid, READ, "2");
    }
    for (int pid = 1; pid <= 2; pid++) {
      String vxid = pid + "/2";
      log.extended(pid, vxid, WRITE, "90", "1")
          .extended(pid, vxid, WRITE, "60", "2")
          .extended(pid, vxid, "COMMIT");
    }

    assertThat(draft(null, null, schema()).scenario())
        .contains(
            "SELECT balance, balance AS balance_a2 FROM account WHERE id = '1';",
            "SET balance = :balance_a2::numeric - 10 WHERE id = '1'",
            "SET balance = :balance::numeric + 10 WHERE id = '2'");
  }

  @Test
  void anOptimisticLockComparesWithWhatWasRead() throws IOException {
    Path schema =
        file(
            "schema.sql",
            "CREATE TABLE doc (id int, body text, version int);\nINSERT INTO doc VALUES (1, 'a}', 3);\n");
    for (int pid = 1; pid <= 2; pid++) {
      String vxid = pid + "/2";
      log.simple(pid, vxid, "BEGIN")
          .extended(pid, vxid, "select d.id, d.body, d.version from doc d where d.id = $1", "1");
    }
    log.extended(
            1,
            "1/2",
            "update doc set body = $1, version = $2 where id = $3 and version = $4",
            "a}b",
            "4",
            "1",
            "3")
        .extended(1, "1/2", "COMMIT")
        .extended(2, "2/2", "COMMIT");

    String scenario = draft(null, null, schema).scenario();

    assertThat(scenario)
        .contains(
            "set body = :body || 'b', version = :version::numeric + 1 where id = '1' and version = :version",
            "VALUES (1, E'a\\x7d', 3)");
    assertThat(ScenarioParser.parse("drafted", scenario).world().setup().getFirst())
        .contains("E'a\\x7d'");
  }

  @Test
  void decodedChangesTellTheRowsBeforeAndTheValuesRead() throws IOException {
    twoDeposits();
    Path wal =
        file(
            "wal.txt",
            """
            0/176DE38|700|BEGIN 700
            0/176DE38|700|table public.account: INSERT: id[integer]:1 balance[integer]:100 "Note"[text]:'a ''b'' [c]:d'
            0/176DEB8|700|COMMIT 700
            """);

    assertThat(
            draft(
                    null,
                    wal,
                    file(
                        "schema.sql", "CREATE TABLE account (id int, balance int, \"Note\" text);"))
                .scenario())
        .contains(
            "INSERT INTO account (id, balance, \"Note\") VALUES ('1', '100', 'a ''b'' [c]:d');",
            ":balance::numeric + 10");
  }

  @Test
  void decodedChangesTellWhichOfTwoCommitsWasFirst() throws IOException {
    log.simple(1, "1/2", "BEGIN").simple(2, "2/2", "BEGIN");
    for (int pid = 1; pid <= 2; pid++) {
      String vxid = pid + "/2";
      log.extended(pid, vxid, READ, "1").of(40 + pid).extended(pid, vxid, WRITE, "110", "" + pid);
    }
    log.of(41).begun(1, "1/2", "COMMIT").of(42).begun(2, "2/2", "COMMIT");
    log.of(0).ended(1, "1/0", "COMMIT").ended(2, "2/0", "COMMIT");
    Path wal = file("wal.txt", "BEGIN 42\nCOMMIT 42\nBEGIN 41\nCOMMIT 41\n");

    assertThat(draft(null, null, schema()).scenario())
        .contains("# Unsure: a4-commit ~ b4-commit", "b3-update a4-commit b4-commit");
    assertThat(draft(null, wal, schema()).scenario())
        .contains("b3-update b4-commit a4-commit")
        .doesNotContain("Unsure");
  }

  @Test
  void spansNameTheActorsAndShowTheCache() throws IOException {
    long begin = log.now();
    twoDeposits();
    String trace = "0af7651916cd43dd8448eb211c80319c";
    Path spans =
        file(
            "spans.json",
            """
            {"resourceSpans":[{"scopeSpans":[{"spans":[
              {"traceId":"%1$s","spanId":"a1","name":"POST /deposits","startTimeUnixNano":"%2$d000000","endTimeUnixNano":"%3$d000000","attributes":[]},
              {"traceId":"%1$s","spanId":"a2","parentSpanId":"a1","name":"SELECT","startTimeUnixNano":"%2$d000000","endTimeUnixNano":"%4$d000000",
               "attributes":[{"key":"db.system.name","value":{"stringValue":"postgresql"}},{"key":"db.query.text","value":{"stringValue":"SELECT balance FROM account WHERE id = ?"}}]},
              {"traceId":"%1$s","spanId":"a3","parentSpanId":"a1","name":"UPDATE","startTimeUnixNano":"%2$d000000","endTimeUnixNano":"%3$d000000",
               "attributes":[{"key":"db.system.name","value":{"stringValue":"postgresql"}},{"key":"db.query.text","value":{"stringValue":"UPDATE account SET balance = ? WHERE id = ?"}}]},
              {"traceId":"%1$s","spanId":"a4","parentSpanId":"a1","name":"DEL","startTimeUnixNano":"%3$d000000","endTimeUnixNano":"%3$d000000",
               "attributes":[{"key":"db.system.name","value":{"stringValue":"redis"}},{"key":"db.query.text","value":{"stringValue":"DEL account:1"}}]}
            ]}]}]}
            """
                .formatted(trace, begin, begin + 200, begin + 70));

    Draft draft = draft(spans, null, schema());

    assertThat(ScenarioParser.parse("drafted", draft.scenario()).actors())
        .containsExactly("post-deposits-1", "bank-2");
    assertThat(draft.diagram()).contains("~ redis: DEL account:1");
    assertThat(draft.scenario())
        .contains("# trace " + trace, "about here, by a span: redis DEL account:1");
  }

  @Test
  void transactionsThatNeverMetAreDraftedIfTheyCould() throws IOException {
    for (int pid = 1; pid <= 2; pid++) {
      String vxid = pid + "/2";
      log.simple(pid, vxid, "BEGIN")
          .extended(pid, vxid, READ, "1")
          .extended(pid, vxid, WRITE, pid == 1 ? "110" : "120", "1")
          .extended(pid, vxid, "COMMIT");
    }

    Draft draft = draft(null, null, schema());

    assertThat(draft.summary()).contains("never at the same time");
    assertThat(draft.scenario()).containsSubsequence("::numeric + 10", "::numeric + 10");
  }

  @Test
  void tablesOfTwoDatabasesAreNotTheSame() {
    log.extended(1, "1/2", WRITE, "110", "1").in("other").extended(2, "2/2", WRITE, "110", "1");

    assertThatThrownBy(() -> draft(null, null, schema())).isInstanceOf(DraftException.class);
  }

  @Test
  void aLogWithoutConflictsSaysSo() {
    log.extended(1, "1/2", WRITE, "110", "1").extended(2, "2/2", WRITE, "110", "2");

    assertThatThrownBy(() -> draft(null, null, schema()))
        .isInstanceOf(DraftException.class)
        .hasMessageContaining("No two of them touch the same rows");
  }
}
