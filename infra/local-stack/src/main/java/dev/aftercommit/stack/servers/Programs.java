package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.Executables;
import dev.aftercommit.stack.process.LogTail;
import dev.aftercommit.stack.process.StackException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Finds the programs of servers, and installs what is missing with the system's package manager.
 * Tests that drive another program, such as a browser, find it the same way.
 */
public final class Programs {

  private static final long INSTALL_LIMIT_MINUTES = 10;

  /** One installation at a time: package managers hold a lock. */
  private static final ReentrantLock INSTALLING = new ReentrantLock();

  /**
   * Keeps Debian's packages from starting the system service, and the rules as they were
   * afterwards.
   */
  private static final String APT_INSTALL =
      """
      set -e
      if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
      fi
      export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
      apt-get -q update
      apt-get -q -y -o DPkg::Lock::Timeout=120 --no-install-recommends install "$1"
      """;

  private final boolean install;
  private final Consumer<String> progress;
  private final Path log;

  /**
   * Installs nothing yet.
   *
   * @param install whether it may
   * @param progress receives one line of text per installation
   * @param log gets what the package manager prints
   */
  public Programs(boolean install, Consumer<String> progress, Path log) {
    this.install = install;
    this.progress = progress;
    this.log = log;
  }

  /**
   * The program in one of the folders; installed first when it is missing.
   *
   * @throws StackException if it is missing and may not, or could not, be installed
   */
  public Path require(String program, List<Path> folders, String aptPackage, String brewFormula) {
    Optional<Path> found = Executables.find(program, folders);
    if (found.isPresent()) {
      return found.get();
    }
    install(program, aptPackage, brewFormula);
    return Executables.find(program, folders)
        .orElseThrow(
            () ->
                new StackException(
                    "%s is still not in any of %s after its installation; see %s"
                        .formatted(program, folders, log)));
  }

  /**
   * Makes sure that something is there that is no program, such as a module of an interpreter.
   *
   * @param present whether it is there
   * @throws StackException if it is missing and may not, or could not, be installed
   */
  public void requireLibrary(BooleanSupplier present, String aptPackage, String brewFormula) {
    if (present.getAsBoolean()) {
      return;
    }
    install(aptPackage, aptPackage, brewFormula);
    if (!present.getAsBoolean()) {
      throw new StackException(
          "%s is still not there after its installation; see %s".formatted(aptPackage, log));
    }
  }

  private void install(String program, String aptPackage, String brewFormula) {
    List<String> command;
    String line;
    if (Executables.find("brew").isPresent()) {
      line = "brew install " + brewFormula;
      command = List.of("brew", "install", brewFormula);
    } else if (Executables.find("apt-get").isPresent()) {
      boolean root = "root".equals(System.getProperty("user.name"));
      line = (root ? "" : "sudo ") + "apt-get install " + aptPackage;
      command = new ArrayList<>(root ? List.of() : List.of("sudo"));
      command.addAll(List.of("sh", "-c", APT_INSTALL, "install", aptPackage));
    } else {
      throw new StackException(
          "%s is not installed and there is neither apt-get nor brew: install %s with this system's package manager, start Docker, or name a running server in the environment"
              .formatted(program, aptPackage));
    }
    if (!install) {
      throw new StackException(
          "%s is not installed and installing is not allowed (--no-install). Run: %s"
              .formatted(program, line));
    }
    INSTALLING.lock();
    try {
      progress.accept(program + " is not installed: " + line);
      run(line, command);
    } finally {
      INSTALLING.unlock();
    }
  }

  private void run(String line, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      if (!process.waitFor(INSTALL_LIMIT_MINUTES, TimeUnit.MINUTES)) {
        process.destroy();
        throw new StackException(
            "'%s' did not end within %d minutes:%n%s"
                .formatted(line, INSTALL_LIMIT_MINUTES, LogTail.of(log)));
      }
      if (process.exitValue() != 0) {
        throw new StackException(
            "'%s' failed with exit code %d:%n%s"
                .formatted(line, process.exitValue(), LogTail.of(log)));
      }
    } catch (IOException e) {
      throw new StackException("Cannot run '" + line + "': " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("Interrupted during '" + line + "'", e);
    }
  }
}
