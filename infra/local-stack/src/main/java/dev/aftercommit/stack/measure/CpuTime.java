package dev.aftercommit.stack.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** CPU time of a process together with its children, as far as this system tells. */
public final class CpuTime {

  private static final Path PROC = Path.of("/proc");

  /**
   * Linux counts CPU time in hundredths of a second for every program, whatever the kernel uses.
   */
  private static final double TICKS_PER_SECOND = 100;

  private CpuTime() {}

  /** Seconds of user and system time of this program, without the processes it started. */
  public static double ofThisProgram() {
    return ProcessHandle.current().info().totalCpuDuration().map(Duration::toMillis).orElse(0L)
        / 1e3;
  }

  /** Seconds of user and system time of the process, its living children and its ended ones. */
  public static double ofTree(long pid) {
    return ProcessHandle.of(pid)
        .map(
            root ->
                Stream.concat(Stream.of(root), root.descendants()).mapToDouble(CpuTime::of).sum())
        .orElse(0.0);
  }

  private static double of(ProcessHandle process) {
    Path stat = PROC.resolve(process.pid() + "/stat");
    try {
      String text = Files.readString(stat);
      // The second field is the name in parentheses, which may hold spaces; utime is the 14th.
      List<String> fields = List.of(text.substring(text.lastIndexOf(')') + 2).split(" "));
      long ticks = 0;
      for (int i = 11; i <= 14; i++) {
        ticks += Long.parseLong(fields.get(i));
      }
      return ticks / TICKS_PER_SECOND;
    } catch (IOException endedOrNotLinux) {
      return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L) / 1e3;
    }
  }
}
