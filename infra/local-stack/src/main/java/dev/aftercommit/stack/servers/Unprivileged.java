package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * PostgreSQL refuses to run as root. Root starts it in a user namespace where it is nobody, or,
 * where the system forbids those, as the user nobody who then owns the data.
 */
record Unprivileged(List<String> prefix, boolean ownsNothing) {

  private static final int NOBODY = 65_534;

  static Unprivileged detect() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return new Unprivileged(List.of(), false);
    }
    if (succeeds(List.of("unshare", "-U", "true"))) {
      return new Unprivileged(List.of("unshare", "-U"), false);
    }
    String id = Integer.toString(NOBODY);
    List<String> asNobody =
        List.of("setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups", "--");
    if (succeeds(Stream.concat(asNobody.stream(), Stream.of("true")).toList())) {
      return new Unprivileged(asNobody, true);
    }
    throw new StackException(
        "PostgreSQL does not run as root, and neither 'unshare -U' nor 'setpriv' (package util-linux) works here: run this program as another user");
  }

  /** Gives the folder to the user that PostgreSQL will run as. */
  void own(Path folder) {
    if (!ownsNothing) {
      return;
    }
    try {
      Files.setAttribute(folder, "unix:uid", NOBODY);
      Files.setAttribute(folder, "unix:gid", NOBODY);
    } catch (IOException e) {
      throw new StackException("Cannot give " + folder + " to user " + NOBODY, e);
    }
  }

  private static boolean succeeds(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
