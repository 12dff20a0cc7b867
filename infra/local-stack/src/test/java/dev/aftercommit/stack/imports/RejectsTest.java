package dev.aftercommit.stack.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RejectsTest {

  @TempDir private Path folder;

  @Test
  void rejectedRowsKeepTheirColumnsAndGainLineAndReason() throws IOException {
    Path source = folder.resolve("payroll.csv");
    try (Rejects rejects = new Rejects(source, List.of("name", "salary"))) {
      rejects.add(7, List.of("Ann, A", "x"), "no salary");
      rejects.add(8, List.of("Bob"), "too few");
      rejects.add(9, List.of("Cy", "1", "2"), "too many");
      assertThat(rejects.count()).isEqualTo(3);
    }

    assertThat(folder.resolve("payroll.rejected.csv"))
        .content()
        .hasLineCount(4)
        .contains("name,salary,line,reason")
        .contains("\"Ann, A\",x,7,no salary")
        .contains("Bob,,8,too few")
        .contains("Cy,\"1,2\",9,too many");
  }

  @Test
  void withoutRejectedRowsThereIsNoFileNotEvenThatOfAnEarlierRun() throws IOException {
    Path earlier = Files.writeString(folder.resolve("payroll.rejected.csv"), "old");

    new Rejects(folder.resolve("payroll.CSV"), List.of("name")).close();

    assertThat(earlier).doesNotExist();
  }
}
