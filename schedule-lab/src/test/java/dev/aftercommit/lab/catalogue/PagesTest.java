package dev.aftercommit.lab.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {

  private static Pages pages;

  @BeforeAll
  static void generate() throws Exception {
    pages = Pages.generate(LabServer.addresses());
  }

  @Test
  void theCommittedPagesAreWhatTheLabFindsNow() throws Exception {
    assertThat(pages.differences(Path.of("../docs/anomalies")))
        .as("pages out of date; './aftercommit lab docs' writes them anew")
        .isEmpty();
  }

  @Test
  void aChangedAMissingAndASurplusPageAreNoticed(@TempDir Path folder) throws Exception {
    pages.write(folder);
    Files.writeString(folder.resolve("01-lost-update.md"), "something else");
    Files.delete(folder.resolve("02-for-update-without-tx.md"));
    Files.writeString(folder.resolve("99-no-such-anomaly.md"), "");

    assertThat(pages.differences(folder))
        .containsExactly(
            "01-lost-update.md", "02-for-update-without-tx.md", "99-no-such-anomaly.md");
  }

  @Test
  void writingThemAgainLeavesNothingToWrite(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("99-no-such-anomaly.md"), "");

    pages.write(folder);

    assertThat(pages.differences(folder)).isEmpty();
  }
}
