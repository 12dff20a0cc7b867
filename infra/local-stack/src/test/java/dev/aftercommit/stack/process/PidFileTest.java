package dev.aftercommit.stack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {

  @TempDir private Path folder;

  @Test
  void aProcessIsFoundAgainAndEnded() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    Path file = folder.resolve("sleep.pid");
    new PidFile(file).write(process.toHandle());

    assertThat(new PidFile(file).process()).contains(process.toHandle());
    new PidFile(file).endProcess();

    assertThat(process.isAlive()).isFalse();
    assertThat(file).doesNotExist();
  }

  @Test
  void anotherProcessWithTheSameIdIsLeftAlone() throws Exception {
    Path file = folder.resolve("mine.pid");
    Files.writeString(file, ProcessHandle.current().pid() + " 2001-01-01T00:00:00Z\n");

    assertThat(new PidFile(file).process()).isEmpty();
    new PidFile(file).endProcess();

    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void aHalfWrittenFileNamesNobody() throws Exception {
    Path file = folder.resolve("half.pid");
    Files.writeString(file, "");

    assertThat(new PidFile(file).process()).isEmpty();
  }
}
