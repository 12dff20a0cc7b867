package dev.aftercommit.lab.report;

/**
 * How the schedule shown is run again.
 *
 * @param token of the schedule; empty if it cannot be run again by itself
 * @param command that runs it, as it is typed into a shell; empty without token
 */
public record Replay(String token, String command) {

  /** There is no way. */
  public static final Replay NONE = new Replay("", "");
}
