package dev.aftercommit.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aftercommit.stack.demo.DemoCommand;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The wrong pattern does damage, so the demo's checks can tell right from wrong. */
class NaiveDemoTest {

  @TempDir private Path folder;

  @Test
  void publishingBeforeTheCommitLeavesWrongAverages() throws IOException {
    Path file = folder.resolve("report.json");

    int exitCode =
        new CommandLine(new DemoCommand())
            .execute(
                "--naive",
                "--seconds",
                "4",
                "--employees",
                "300",
                "--departments",
                "5",
                "--clients",
                "8",
                "--report",
                file.toString());

    assertThat(exitCode).isEqualTo(1);
    JsonNode report = JsonMapper.builder().build().readTree(file.toFile());
    assertThat(report.path("holds").asBoolean()).isFalse();
    assertThat(report.path("departmentsWrong").asInt()).isPositive();
    assertThat(report.path("effects").asLong()).isGreaterThan(report.path("committed").asLong());
  }
}
