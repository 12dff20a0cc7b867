package dev.aftercommit.benchmarks.schedules;

import dev.aftercommit.lab.database.ServerAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** PostgreSQL's own runner of spec files, where a package has installed it. */
record Isolationtester(Path program) {

  /** The package of Debian 12 that has it. */
  static final String PACKAGE = "postgresql-client-15 (Debian 12)";

  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final String BELOW_VERSION = "lib/pgxs/src/test/isolation/isolationtester";
  private static final int LONGEST_SECONDS = 120;

  /** The one of the newest version that is installed. */
  static Optional<Isolationtester> find() throws IOException {
    Path newest = null;
    if (Files.isDirectory(DEBIAN)) {
      try (DirectoryStream<Path> versions = Files.newDirectoryStream(DEBIAN)) {
        for (Path version : versions) {
          Path program = version.resolve(BELOW_VERSION);
          if (Files.isExecutable(program) && (newest == null || program.compareTo(newest) > 0)) {
            newest = program;
          }
        }
      }
    }
    return Optional.ofNullable(newest).map(Isolationtester::new);
  }

  /** What it prints for this file, with the errors among it. */
  String run(Path spec, ServerAddress server, String database)
      throws IOException, InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder(
                program.toString(),
                "host=%s port=%d user=%s dbname=%s"
                    .formatted(server.host(), server.port(), server.user(), database))
            .redirectInput(spec.toFile())
            .redirectErrorStream(true);
    command.environment().put("PGPASSWORD", server.password());
    Process process = command.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("%s failed: %s".formatted(program, printed));
    }
    return printed;
  }
}
