package dev.aftercommit.stack.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds programs of this machine. */
public final class Executables {

  private Executables() {}

  /** The program on PATH, if it is there. */
  public static Optional<Path> find(String program) {
    return find(program, searchPath());
  }

  /** The program in the first of the folders that has it. */
  public static Optional<Path> find(String program, List<Path> folders) {
    return folders.stream()
        .map(folder -> folder.resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The folders of PATH. */
  public static List<Path> searchPath() {
    List<Path> folders = new ArrayList<>();
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!folder.isBlank()) {
        folders.add(Path.of(folder));
      }
    }
    return folders;
  }
}
