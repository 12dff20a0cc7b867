package dev.aftercommit.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LabCommandTest {

  @Test
  void everyCommandIsNamedInTheHelpAndHasOneOfItsOwn() {
    CommandLine lab = LabCommand.commandLine();

    assertThat(lab.getSubcommands().keySet()).contains("list", "run", "replay", "shrink");
    for (String command : lab.getSubcommands().keySet()) {
      StringWriter out = new StringWriter();
      int exit = LabCommand.commandLine().setOut(new PrintWriter(out)).execute(command, "--help");

      assertThat(exit).isZero();
      assertThat(lab.getUsageMessage()).contains(command);
      assertThat(out.toString()).contains(command);
    }
  }

  @Test
  void aMistypedTokenIsRefusedWithAReason() {
    StringWriter err = new StringWriter();
    int exit = LabCommand.commandLine().setErr(new PrintWriter(err)).execute("shrink", "nonsense");

    assertThat(exit).isEqualTo(LabCommand.HARNESS);
    assertThat(err.toString()).contains("is no token");
  }
}
