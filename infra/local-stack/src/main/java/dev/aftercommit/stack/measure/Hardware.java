package dev.aftercommit.stack.measure;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Describes the machine that the figures were measured on. */
public final class Hardware {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Hardware() {}

  /** CPU model, cores, memory and JDK. */
  public static String describe() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return "%s, %d cores, %d GiB memory, %s %s, JDK %s"
        .formatted(
            cpuModel().orElse(System.getProperty("os.arch")),
            Runtime.getRuntime().availableProcessors(),
            Math.round(system.getTotalMemorySize() / (double) (1 << 30)),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            Runtime.version());
  }

  private static Optional<String> cpuModel() {
    try {
      return Files.isReadable(CPU_INFO) ? fromCpuInfo() : fromSysctl();
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }

  private static Optional<String> fromCpuInfo() throws IOException {
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    }
  }

  private static Optional<String> fromSysctl() throws IOException {
    Process sysctl = new ProcessBuilder("sysctl", "-n", "machdep.cpu.brand_string").start();
    String model = new String(sysctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return model.isBlank() ? Optional.empty() : Optional.of(model.strip());
  }
}
