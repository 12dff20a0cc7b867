package dev.aftercommit.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.Python;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessActorTest {

  private static final String SETUP =
      """
      setup { CREATE TABLE t (v text); INSERT INTO t VALUES ('before'); }
      session S
      step s { SELECT v FROM t; }
      """;

  @TempDir private Path folder;

  @Test
  void aCommandFindsOnlyTheServersThatTheFileNames() throws Exception {
    String alone = "invariant \"none\" { SELECT count(*) = 1 FROM t }";
    String program =
        script(
            """
            import os, psycopg2
            found = [name for name in ("REDIS_URL", "AMQP_URL") if name in os.environ]
            connection = psycopg2.connect("")
            connection.autocommit = True
            connection.cursor().execute("INSERT INTO t VALUES (%s)", (str(found),))
            """);

    assertThat(end(SETUP + alone, program)).contains("([])");
    assertThat(end(SETUP + "redis { }\nqueue lab.q\n" + alone, program))
        .contains("\"['REDIS_URL', 'AMQP_URL']\"");
  }

  @Test
  void theLevelIsThatOfTheScenarioForDriversToo() throws Exception {
    String program =
        script(
            """
            import os, psycopg2
            del os.environ["PGOPTIONS"]
            connection = psycopg2.connect(os.environ["DATABASE_URL"])
            with connection, connection.cursor() as cursor:
                cursor.execute("INSERT INTO t SELECT current_setting('transaction_isolation')")
            """);

    assertThat(end("isolation serializable\n" + SETUP + "invariant x { SELECT false }", program))
        .contains("(serializable)");
  }

  @Test
  void aTransactionThatAProgramLeavesOpenIsRolledBackAsItsLastStep() throws Exception {
    String program =
        script(
            """
            import psycopg2
            connection = psycopg2.connect("")
            connection.cursor().execute("UPDATE t SET v = 'changed'")
            """);
    Exploration found =
        explore(
            """
            setup { CREATE TABLE t (v text); INSERT INTO t VALUES ('before'); }
            session S
            step s { UPDATE t SET v = v || '+'; }
            invariant "only S has changed it" { SELECT v = 'before+' FROM t }
            """,
            Map.of("P", program));

    assertThat(found.verdict()).as(found.reason()).isEqualTo(Verdict.HOLDS);
    assertThat(found.schedules()).isGreaterThan(1);
  }

  @Test
  void aCommandThatFailsBeforeItsFirstStepProvesNothing() throws Exception {
    Exploration found =
        explore(
            SETUP + "invariant x { SELECT true }",
            Map.of("P", "echo said; echo no such thing >&2; exit 3"));

    assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(found.reason())
        .contains("P failed before its first step: exit 3 no such thing")
        .contains("said");
  }

  @Test
  void aProgramThatNamesAnotherVirtualHostProvesNothing() throws Exception {
    String program =
        script(
            """
            import os, pika
            parameters = pika.URLParameters(os.environ["AMQP_URL"])
            parameters.virtual_host = "elsewhere"
            pika.BlockingConnection(parameters)
            """);
    Exploration found =
        explore(SETUP + "queue lab.q\ninvariant x { SELECT true }", Map.of("P", program));

    assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(found.reason()).contains("actor P: it opens the virtual host 'elsewhere'");
  }

  @Test
  void whatACommandHasStartedEndsWithIt() throws Exception {
    Path pid = folder.resolve("pid");
    Exploration found =
        explore(SETUP + "invariant x { SELECT true }", Map.of("P", "sleep 600 & echo $! > " + pid));

    assertThat(found.verdict()).as(found.reason()).isEqualTo(Verdict.HOLDS);
    long child = Long.parseLong(Files.readString(pid).strip());
    Awaitility.await()
        .until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void aSessionFromOutsideReplacesTheFilesAndIsPartOfItsText() {
    String text = SETUP + "session P restarts command { true }\nfault kill Q\n";
    Map<String, String> commands = Map.of("P", "x", "Q", "y");
    Scenario scenario = ScenarioParser.parse("test", text, commands);

    assertThat(scenario.actors()).containsExactly("S", "P", "Q");
    assertThat(scenario.sessions().get(1).command()).isEqualTo("x");
    assertThat(scenario.sessions().get(1).restarts()).isTrue();
    assertThat(scenario.text()).contains("session \"Q\" command { y }");
    assertThatThrownBy(() -> ScenarioParser.parse("test", text))
        .hasMessageContaining("'Q', which is no session");
    assertThatThrownBy(() -> ScenarioParser.parse("test", "setup { SELECT 1 }"))
        .hasMessageContaining("--command can add some");
    assertThatThrownBy(() -> ScenarioParser.parse("test", SETUP + "permutation s", commands))
        .hasMessageContaining("a session with a command has none");
  }

  private String script(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("program.py"), text);
    return Python.find() + " " + file;
  }

  /** How one of the schedules ends. */
  private static String end(String text, String program) throws Exception {
    Exploration found = explore(text, Map.of("P", program));
    assertThat(found.outcomes()).as(found.reason()).isNotEmpty();
    return found.outcomes().keySet().iterator().next().state();
  }

  private static Exploration explore(String text, Map<String, String> commands) throws Exception {
    try (ScenarioExperiment experiment =
        ScenarioExperiment.open(
            ScenarioParser.parse("test", text, commands), LabServer.addresses())) {
      return Explorer.explore(
          experiment, experiment.relation(), Budget.standard(), (runs, failing, perSecond) -> {});
    }
  }
}
