package dev.aftercommit.lab.scenario;

import dev.aftercommit.stack.process.DataFolder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.junit.jupiter.api.Assumptions;

/**
 * The folder {@code src/test/isolation} of PostgreSQL's sources: the one that {@value #VARIABLE}
 * names, else that of release {@value #RELEASE}, fetched once per user.
 */
final class PostgresqlSpecs {

  static final String VARIABLE = "AFTERCOMMIT_POSTGRESQL_ISOLATION";
  static final String RELEASE = "18.6";

  /** The release as servers tell it in {@code server_version_num}. */
  static final int VERSION = 18_00_06;

  private static final String SHA_256 =
      "555610c24d53e4316da5b7d3fc25c279d96856d5e0e23ee308c328c5fa881d9f";
  private static final String UPSTREAM =
      "https://ftp.postgresql.org/pub/source/v%1$s/postgresql-%1$s.tar.bz2".formatted(RELEASE);

  /** The same archive; Debian keeps it until its next release of that version. */
  private static final String DEBIAN =
      "http://deb.debian.org/debian/pool/main/p/postgresql-18/postgresql-18_%s.orig.tar.bz2"
          .formatted(RELEASE);

  private static final String APT_HELPER = "/usr/lib/apt/apt-helper";
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration DOWNLOAD = Duration.ofMinutes(2);
  private static final String ISOLATION = "postgresql-%s/src/test/isolation/".formatted(RELEASE);

  private PostgresqlSpecs() {}

  /**
   * The folder with {@code specs} and {@code expected}; the test is aborted if there is none for
   * the server, and says what to do.
   *
   * @param server its version as in {@code server_version_num}
   */
  static Path folder(int server) throws IOException, InterruptedException {
    if (isNamed()) {
      return Path.of(System.getenv(VARIABLE));
    }
    if (server / 10_000 != VERSION / 10_000) {
      return without("do not fit the server, which is " + server);
    }
    Path cache =
        Files.createDirectories(
            Path.of(
                System.getProperty("java.io.tmpdir"),
                "aftercommit-" + System.getProperty("user.name")));
    Path folder = cache.resolve("postgresql-isolation-" + RELEASE);
    if (!Files.isDirectory(folder)) {
      Path work = Files.createTempDirectory(cache, "fetching-");
      try {
        unpackTo(folder, fetch(work), work);
      } finally {
        DataFolder.delete(work);
      }
    }
    return folder;
  }

  /** Whether the environment names the folder. */
  static boolean isNamed() {
    return System.getenv(VARIABLE) != null;
  }

  private static Path without(String reason) {
    String line =
        "The isolation tests of PostgreSQL %s %s: set %s to the folder src/test/isolation of the server's sources"
            .formatted(RELEASE, reason, VARIABLE);
    // Maven's summary counts what is skipped, but does not say why.
    System.out.println(line);
    return Assumptions.abort(line);
  }

  private static Path fetch(Path work) throws InterruptedException {
    List<String> failures = new ArrayList<>();
    try {
      return download(work.resolve("upstream.tar.bz2"));
    } catch (IOException e) {
      failures.add("%s: %s".formatted(UPSTREAM, e.getMessage()));
    }
    try {
      return downloadByApt(work.resolve("debian.tar.bz2"), work.resolve("apt.log"));
    } catch (IOException e) {
      failures.add("%s: %s".formatted(DEBIAN, e.getMessage()));
    }
    return without("cannot be fetched (%s)".formatted(String.join("; ", failures)));
  }

  private static Path download(Path archive) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    try {
      HttpResponse<Path> response =
          client
              .sendAsync(
                  HttpRequest.newBuilder(URI.create(UPSTREAM)).build(),
                  BodyHandlers.ofFile(archive))
              .get(DOWNLOAD.toSeconds(), TimeUnit.SECONDS);
      if (response.statusCode() != 200) {
        throw new IOException("it answered " + response.statusCode());
      }
      check(archive);
      return archive;
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("not there after " + DOWNLOAD, e);
    } finally {
      // Closing would wait for what is still under way.
      client.shutdownNow();
    }
  }

  private static void check(Path archive) throws IOException {
    try (InputStream bytes = Files.newInputStream(archive)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(bytes, digest).transferTo(OutputStream.nullOutputStream());
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(SHA_256)) {
        throw new IOException("expected the SHA-256 %s, found %s".formatted(SHA_256, found));
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** Apt knows the machine's proxy, and compares the SHA-256 itself. */
  private static Path downloadByApt(Path archive, Path log)
      throws IOException, InterruptedException {
    Process apt =
        new ProcessBuilder(
                APT_HELPER,
                "-o",
                "Acquire::http::Timeout=" + CONNECT.toSeconds(),
                "-o",
                "Acquire::Retries=0",
                "download-file",
                DEBIAN,
                archive.toString(),
                "SHA256:" + SHA_256)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!apt.waitFor(DOWNLOAD)) {
      apt.destroy();
      throw new IOException("not there after " + DOWNLOAD);
    }
    if (apt.exitValue() != 0) {
      String errors =
          Files.readAllLines(log).stream()
              .filter(line -> line.startsWith("E:"))
              .collect(Collectors.joining(" "));
      throw new IOException(errors.isEmpty() ? "apt failed: " + apt.exitValue() : errors);
    }
    return archive;
  }

  /** In one step: another program never sees half of it. */
  private static void unpackTo(Path folder, Path archive, Path work) throws IOException {
    Path partial = Files.createDirectory(work.resolve("isolation"));
    try (var tar =
        new TarArchiveInputStream(
            new BZip2CompressorInputStream(
                new BufferedInputStream(Files.newInputStream(archive))))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isFile() && entry.getName().matches(ISOLATION + "(specs|expected)/[\\w.-]+")) {
          Path file = partial.resolve(entry.getName().substring(ISOLATION.length()));
          Files.createDirectories(file.getParent());
          Files.copy(tar, file);
        }
      }
    }
    try {
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // Another program was faster.
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }
}
