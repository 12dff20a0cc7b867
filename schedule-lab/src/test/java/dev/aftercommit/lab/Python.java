package dev.aftercommit.lab;

import dev.aftercommit.stack.process.Executables;
import dev.aftercommit.stack.servers.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A Python with the usual clients of our servers; the system's packages are installed if not. */
public final class Python {

  private static final Map<String, String> PACKAGES =
      Map.of("psycopg2", "python3-psycopg2", "redis", "python3-redis", "pika", "python3-pika");

  private Python() {}

  /** Where it is. */
  public static Path find() {
    return withModules(PACKAGES.keySet()).orElseGet(Python::install);
  }

  private static Path install() {
    try {
      Path log = Files.createTempFile("aftercommit-python-", ".log");
      Programs programs = new Programs(true, System.out::println, log);
      for (Map.Entry<String, String> module : PACKAGES.entrySet()) {
        programs.requireLibrary(
            () -> withModules(Set.of(module.getKey())).isPresent(),
            module.getValue(),
            module.getKey());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the log of an installation", e);
    }
    return withModules(PACKAGES.keySet())
        .orElseThrow(() -> new IllegalStateException("No Python has all of " + PACKAGES.keySet()));
  }

  private static Optional<Path> withModules(Set<String> modules) {
    Set<Path> folders = new LinkedHashSet<>(Executables.searchPath());
    // Packages of the system are for its own Python, which another may hide.
    folders.add(Path.of("/usr/bin"));
    return folders.stream()
        .map(folder -> folder.resolve("python3"))
        .filter(Files::isExecutable)
        .filter(python -> imports(python, modules))
        .findFirst();
  }

  private static boolean imports(Path python, Set<String> modules) {
    List<String> command = new ArrayList<>(List.of(python.toString(), "-c"));
    command.add("import " + String.join(", ", modules));
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .onExit()
              .join()
              .exitValue()
          == 0;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run " + python, e);
    }
  }
}
