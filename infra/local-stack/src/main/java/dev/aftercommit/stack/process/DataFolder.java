package dev.aftercommit.stack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that servers keep data, logs and process ids in. One program owns it for as long as
 * that program lives, killed or not; the next owner ends the servers that were left behind.
 *
 * <p>The owner is known by its process, not by a lock on the file: the system drops a lock as soon
 * as its program closes any other handle of the same file, be it only to ask who holds it.
 */
public final class DataFolder implements AutoCloseable {

  private static final String LOCK = "lock";
  private static final String OWNER = "owner";
  private static final String PID_SUFFIX = ".pid";

  private final Path root;
  private final boolean kept;
  private final KeptPorts ports;

  private DataFolder(Path root, boolean kept) {
    this.root = root;
    this.kept = kept;
    this.ports = new KeptPorts(root);
    owner(root).write(ProcessHandle.current());
  }

  /**
   * A folder of our own that goes when it is closed; folders of killed programs are cleared away.
   */
  public static synchronized DataFolder temporary() {
    Path base =
        Path.of(
            System.getProperty("java.io.tmpdir"), "aftercommit-" + System.getProperty("user.name"));
    try {
      Files.createDirectories(base);
      // While one program looks for folders without an owner, no other has one that is not yet
      // named.
      try (FileChannel turn = openLock(base)) {
        FileLock _ = turn.lock(); // given back when the channel is closed
        sweep(base);
        return new DataFolder(Files.createTempDirectory(base, "servers-"), false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("No data folder under " + base + ": " + e.getMessage(), e);
    }
  }

  /**
   * A folder whose content stays.
   *
   * @throws StackException if another program uses it now
   */
  public static synchronized DataFolder kept(Path root) {
    try {
      Files.createDirectories(root);
      try (FileChannel turn = openLock(root)) {
        FileLock _ = turn.lock(); // given back when the channel is closed
        if (inUse(root)) {
          throw new StackException(
              "The data folder %s is in use by a running stack; stop that one first"
                  .formatted(root.toAbsolutePath()));
        }
        endLeftBehind(root);
        return new DataFolder(root.toAbsolutePath(), true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot use the data folder " + root + ": " + e.getMessage(), e);
    }
  }

  /** Whether a program owns the folder now. */
  public static boolean inUse(Path root) {
    return owner(root).process().isPresent();
  }

  /** Whether the content outlives the owner. */
  public boolean isKept() {
    return kept;
  }

  /** The folder itself. */
  public Path root() {
    return root;
  }

  /** A subfolder, created when missing. */
  public Path folder(String name) {
    try {
      return Files.createDirectories(root.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ports of whatever runs on this folder. */
  public KeptPorts ports() {
    return ports;
  }

  /** Where the process of that name is remembered, so that the next owner can end it. */
  public PidFile pidFile(String name) {
    return new PidFile(root.resolve(name + PID_SUFFIX));
  }

  /** Frees the folder; a temporary one is removed. */
  @Override
  public void close() {
    if (kept) {
      owner(root).delete();
    } else {
      delete(root);
    }
  }

  /** Removes a folder with all it holds; none is fine too. */
  public static void delete(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try {
      deleteTree(root);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + root + ": " + e.getMessage(), e);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          // A dying server may still be removing its own files.
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void sweep(Path base) throws IOException {
    for (Path run : children(base, "servers-", "")) {
      if (!inUse(run)) {
        endLeftBehind(run);
        delete(run);
      }
    }
  }

  private static void endLeftBehind(Path root) throws IOException {
    for (Path file : children(root, "", PID_SUFFIX)) {
      new PidFile(file).endProcess();
    }
  }

  private static List<Path> children(Path folder, String prefix, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              file -> {
                String name = file.getFileName().toString();
                return name.startsWith(prefix) && name.endsWith(suffix);
              })
          .toList();
    }
  }

  private static PidFile owner(Path root) {
    return new PidFile(root.resolve(OWNER));
  }

  private static FileChannel openLock(Path folder) throws IOException {
    return FileChannel.open(
        folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
