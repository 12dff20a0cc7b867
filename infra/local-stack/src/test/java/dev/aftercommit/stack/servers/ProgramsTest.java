package dev.aftercommit.stack.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.stack.process.Executables;
import dev.aftercommit.stack.process.StackException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {

  @TempDir private Path folder;

  @Test
  void aMissingProgramIsRefusedWithTheLineThatInstallsItWhenInstallingIsNotAllowed() {
    List<String> progress = new ArrayList<>();
    Programs programs = new Programs(false, progress::add, folder.resolve("install.log"));

    assertThatThrownBy(
            () ->
                programs.require("rabbitmq-server", List.of(folder), "rabbitmq-server", "rabbitmq"))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("rabbitmq-server is not installed")
        .hasMessageContaining("--no-install")
        .hasMessageMatching(
            "(?s).*(apt-get install rabbitmq-server|brew install rabbitmq|package manager).*");
    assertThat(progress).isEmpty();
  }

  @Test
  void aProgramThatIsThereIsTakenFromTheFirstFolderThatHasIt() {
    Programs programs = new Programs(false, line -> {}, folder.resolve("install.log"));
    Path shell = Executables.find("sh").orElseThrow();

    assertThat(programs.require("sh", List.of(folder, shell.getParent()), "dash", "dash"))
        .isEqualTo(shell);
  }
}
