package dev.aftercommit.lab.scenario;

/** A scenario file that cannot be understood or run; the message says where and why. */
public final class ScenarioException extends RuntimeException {

  /** With a message for people. */
  public ScenarioException(String message) {
    super(message);
  }
}
