package dev.aftercommit.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aftercommit.stack.demo.DemoCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The demo at small size, as a person starts it, judged by its exit code and its report. */
class DemoTest {

  private static final List<String> REPORT_KEYS =
      List.of(
          "holds",
          "committed",
          "rolledBack",
          "published",
          "republished",
          "effects",
          "duplicatesIgnored",
          "parked",
          "malformedInjected",
          "departments",
          "departmentsWrong",
          "tallyHolds",
          "staleReads",
          "doubleFreezes",
          "replayedCommands",
          "latencyMillis",
          "committedPerSecond",
          "faults",
          "hardware",
          "seconds");

  @TempDir private Path folder;

  @Test
  void everyAverageIsExactAlthoughProcessesAreKilledAndMessagesRepeat() throws IOException {
    Path file = folder.resolve("report.json");

    int exitCode =
        new CommandLine(new DemoCommand())
            .execute(
                "--seconds", "6",
                "--employees", "300",
                "--departments", "5",
                "--clients", "4",
                "--report", file.toString());

    assertThat(exitCode).isZero();
    JsonNode report = JsonMapper.builder().build().readTree(file.toFile());
    assertThat(names(report)).containsExactlyElementsOf(REPORT_KEYS);
    assertThat(report.path("holds").asBoolean()).isTrue();
    assertThat(report.path("committed").asLong()).isGreaterThan(305);
    assertThat(report.path("effects").asLong()).isEqualTo(report.path("committed").asLong());
    assertThat(report.path("published").asLong())
        .isGreaterThanOrEqualTo(report.path("committed").asLong());
    assertThat(report.path("republished").asLong()).isPositive();
    assertThat(report.path("duplicatesIgnored").asLong())
        .isGreaterThanOrEqualTo(report.path("republished").asLong());
    assertThat(report.path("malformedInjected").asInt()).isEqualTo(20);
    assertThat(report.path("parked").asInt()).isEqualTo(20);
    assertThat(report.path("departments").asInt()).isEqualTo(5);
    assertThat(report.path("departmentsWrong").asInt()).isZero();
    assertThat(report.path("tallyHolds").asBoolean()).isTrue();
    assertThat(report.path("staleReads").asInt()).isZero();
    assertThat(report.path("doubleFreezes").asInt()).isZero();
    assertThat(report.path("replayedCommands").asInt()).isPositive();
    assertThat(report.path("latencyMillis").path("p50").asDouble()).isPositive();
    assertThat(report.path("faults").findValuesAsText("what"))
        .extracting(what -> what.replaceFirst("^[\\d,]+ ", ""))
        .containsExactly(
            "malformed messages put into the queues",
            "kill -9 of a relay",
            "freezes and unfreezes raced for",
            "that relay started again",
            "kill -9 of an aggregator",
            "employees' changes of the day closed into the history",
            "that aggregator started again",
            "RabbitMQ restarted",
            "database sessions of the relays ended",
            "every event refused by RabbitMQ for a while",
            "published events published again");
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
