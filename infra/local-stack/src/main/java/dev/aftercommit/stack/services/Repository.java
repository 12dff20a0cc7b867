package dev.aftercommit.stack.services;

import dev.aftercommit.stack.process.StackException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder of the repository, where the built services are.
 *
 * @param folder the absolute path
 */
public record Repository(Path folder) {

  private static final String PROPERTY = "aftercommit.home";

  /**
   * The folder that the launcher names, else the nearest one above the working folder that holds
   * the repository.
   *
   * @throws StackException if there is none
   */
  public static Repository find() {
    String named = System.getProperty(PROPERTY);
    if (named != null) {
      return new Repository(Path.of(named).toAbsolutePath());
    }
    Path start = Path.of("").toAbsolutePath();
    for (@Nullable Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("mvnw")) && Files.isDirectory(folder.resolve("infra"))) {
        return new Repository(folder);
      }
    }
    throw new StackException(
        "%s is not inside the repository of aftercommit: run ./aftercommit there, or set -D%s"
            .formatted(start, PROPERTY));
  }

  /** Where {@code up} keeps data and tells its addresses. */
  public Path keptFolder() {
    return folder.resolve(".aftercommit");
  }

  /**
   * The runnable jar of a service.
   *
   * @throws StackException if it has not been built
   */
  public Path serviceJar(String module) {
    Path jar = folder.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new StackException(
          "%s is not built: expected %s. Run ./mvnw -DskipTests package".formatted(module, jar));
    }
    return jar;
  }
}
