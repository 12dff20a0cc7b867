package dev.aftercommit.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aftercommit.stack.imports.ImportCommand;
import dev.aftercommit.stack.services.Stack;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A payroll file on its way through the whole system. */
class ImportTest {

  private static final String PAYROLL =
      """
      name,job_titles,job_department,annual_salary
      "IMPORT, ANN",clerk,"Import, Streets & San",50000.00
      "IMPORT, BOB",clerk,Import Fire,"$60,000.00"
      "IMPORT, ANN",clerk,"Import, Streets & San",70000
      "IMPORT, CY,clerk,Import Fire,1.00
      "IMPORT, DEE",clerk
      "IMPORT, EVE",clerk,Import Fire,plenty
      "IMPORT, FAY",clerk,Import Fire,80000.50
      """;

  @TempDir private Path folder;

  @Test
  void goodRowsReachTheAveragesBadRowsAreNamedAndASecondImportChangesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("payroll.csv"), PAYROLL);

    JsonNode first = importFile(file);

    assertThat(first.path("created").asInt()).isEqualTo(4);
    assertThat(first.path("rejected").asInt()).isEqualTo(3);
    assertThat(first.path("departmentsCreated").asInt()).isEqualTo(2);
    assertThat(first.path("complete").asBoolean()).isTrue();
    assertThat(department(first, "Import, Streets & San").path("average").decimalValue())
        .isEqualByComparingTo("60000.00");
    assertThat(department(first, "Import Fire").path("average").decimalValue())
        .isEqualByComparingTo("70000.25");
    assertThat(folder.resolve("payroll.rejected.csv"))
        .content()
        .contains("job_department,annual_salary,line,reason")
        .contains(",5,a quote is not closed")
        .contains(",6,\"expected 4 fields, found 2\"")
        .containsPattern(",7,.*plenty");

    JsonNode second = importFile(file);

    assertThat(second.path("created").asInt()).isZero();
    assertThat(second.path("changed").asInt()).isZero();
    assertThat(second.path("unchanged").asInt()).isEqualTo(4);
    assertThat(department(second, "Import Fire")).isEqualTo(department(first, "Import Fire"));
  }

  private static JsonNode importFile(Path file) throws IOException {
    Stack stack = SharedStack.get();
    StringWriter out = new StringWriter();
    int exitCode =
        new CommandLine(new ImportCommand())
            .setOut(new PrintWriter(out))
            .execute(
                file.toString(),
                "--json",
                "--employee-url",
                stack.employeeService().url().toString(),
                "--aggregator-url",
                stack.aggregators().getLast().url().toString());
    assertThat(exitCode).isZero();
    return JsonMapper.builder().build().readTree(out.toString());
  }

  private static JsonNode department(JsonNode summary, String name) {
    for (JsonNode department : summary.path("departments")) {
      if (department.path("name").asText().equals(name)) {
        return department;
      }
    }
    throw new AssertionError("no department " + name + " in " + summary);
  }
}
