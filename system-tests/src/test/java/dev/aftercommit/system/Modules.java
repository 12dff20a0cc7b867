package dev.aftercommit.system;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The compiled main classes of every module of this build. */
final class Modules {

  private static final List<String> FOLDERS =
      List.of(
          "libraries/event-contracts",
          "libraries/broker-topology",
          "libraries/outbox",
          "libraries/inbox",
          "libraries/batch-consumer",
          "libraries/fresh-cache",
          "libraries/public-ids",
          "libraries/problems",
          "libraries/resilience",
          "employee-service",
          "outbox-relay",
          "salary-aggregator",
          "notification-service",
          "infra/local-stack");

  private Modules() {}

  static JavaClasses classes() {
    Path repository = Path.of("").toAbsolutePath().getParent();
    return new ClassFileImporter()
        .importPaths(FOLDERS.stream().map(folder -> classesOf(repository, folder)).toList());
  }

  private static Path classesOf(Path repository, String module) {
    Path classes = repository.resolve(module).resolve("target/classes");
    if (!Files.isDirectory(classes.resolve("dev"))) {
      throw new IllegalStateException(
          "%s is not compiled: expected classes in %s. Run ./mvnw verify, or add -am"
              .formatted(module, classes));
    }
    return classes;
  }
}
