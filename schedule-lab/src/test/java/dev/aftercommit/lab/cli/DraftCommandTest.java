package dev.aftercommit.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.draft.Draft;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DraftCommandTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int lab(String... arguments) {
    return LabCommand.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private String line(int pid, String message) {
    return """
        {"timestamp":"2026-11-22 20:00:00.000 UTC","dbname":"bank","pid":%1$d,"session_id":"5.%1$d","vxid":"%1$d/2","txid":0,"error_severity":"LOG","message":"%2$s","application_name":"bank","backend_type":"client backend"}
        """
        .formatted(pid, message);
  }

  @Test
  void withoutALogTheSettingsArePrinted() {
    assertThat(lab("draft")).isEqualTo(LabCommand.HOLDS);

    assertThat(out.toString()).isEqualTo(Draft.settings());
  }

  @Test
  void theScenarioGoesToTheFile() throws Exception {
    Path log = folder.resolve("log.json");
    Path spec = folder.resolve("draft.spec");
    Files.writeString(
        log,
        line(1, "statement: UPDATE stock SET left_over = 1")
            + line(2, "statement: UPDATE stock SET left_over = 2")
            + line(1, "duration: 1.000 ms")
            + line(2, "duration: 1.000 ms"));

    int exit = lab("draft", "--pglog", log.toString(), "--out", spec.toString());

    assertThat(exit).as(err.toString()).isEqualTo(LabCommand.HOLDS);
    assertThat(out.toString()).contains("they ran at the same time", "lab run " + spec);
    assertThat(spec).content().contains("session bank-1", "session bank-2", "seed");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThat(lab("draft", "--pglog", "/nowhere/log.json")).isEqualTo(LabCommand.HARNESS);

    assertThat(err.toString()).contains("There is no file /nowhere/log.json");
  }
}
