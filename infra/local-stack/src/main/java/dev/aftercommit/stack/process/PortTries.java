package dev.aftercommit.stack.process;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Starts a program on ports that were free when they were chosen. Another program may take one
 * before ours does: ours then ends, and is tried again with other ports, a bounded number of times.
 */
public final class PortTries {

  /** How often one program is started. */
  static final int MOST = 5;

  /** How PostgreSQL, Redis, RabbitMQ, Java and Docker say it, in an error or in the log. */
  private static final Pattern IN_USE =
      Pattern.compile(
          "address (is )?already in use|eaddrinuse|in use by another process|port is already allocated",
          Pattern.CASE_INSENSITIVE);

  private final KeptPorts ports;
  private final Consumer<String> progress;

  /**
   * Tries on these ports.
   *
   * @param progress receives one line of text for each further try, for people
   */
  public PortTries(KeptPorts ports, Consumer<String> progress) {
    this.ports = ports;
    this.progress = progress;
  }

  /**
   * Starts it.
   *
   * @param title the program, as a line begins
   * @param names of all its ports, as it asks {@link KeptPorts} for them
   * @param start chooses the ports and starts the program; when it fails, nothing of it runs
   * @return what the successful try returned
   * @throws StackException as the last try did, or as the first that failed for another reason
   */
  public <T> T start(String title, List<String> names, Supplier<T> start) {
    for (int tried = 1; ; tried++) {
      try {
        return start.get();
      } catch (StackException e) {
        if (tried == MOST || !isAboutPort(e, names)) {
          throw e;
        }
        progress.accept(
            "%s: another program took its port meanwhile, trying another one".formatted(title));
        ports.replace(names);
      }
    }
  }

  private boolean isAboutPort(StackException e, List<String> names) {
    return IN_USE.matcher(String.valueOf(e.getMessage())).find() || ports.isTaken(names);
  }
}
