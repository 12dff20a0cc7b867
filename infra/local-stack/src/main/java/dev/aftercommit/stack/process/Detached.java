package dev.aftercommit.stack.process;

import java.util.ArrayList;
import java.util.List;

/**
 * Starts programs in a session of their own: Ctrl-C in the launcher's terminal then reaches the
 * launcher alone, which stops them in order.
 */
public final class Detached {

  private static final List<String> PREFIX = prefix();

  private Detached() {}

  /**
   * The command that runs the given one, in the same process, in a new session where the system
   * can.
   */
  public static List<String> command(List<String> command) {
    List<String> detached = new ArrayList<>(PREFIX);
    detached.addAll(command);
    return detached;
  }

  private static List<String> prefix() {
    if (Executables.find("setsid").isPresent()) {
      return List.of("setsid");
    }
    // macOS has no setsid program, but perl.
    if (Executables.find("perl").isPresent()) {
      return List.of("perl", "-e", "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV", "--");
    }
    return List.of();
  }
}
