package dev.aftercommit.events;

/** A message that cannot be read as one of our events, with the reason to park it under. */
public final class UnreadableEventException extends Exception {

  /**
   * Why a message cannot be read; the name is stored with the parked message and labels its metric.
   */
  public enum Reason {
    MALFORMED,
    MISSING_FIELD,
    INVALID_FIELD,
    MISSING_TYPE,
    UNKNOWN_TYPE,
    UNKNOWN_VERSION,
    TOO_LARGE
  }

  private final Reason reason;

  UnreadableEventException(Reason reason, String detail) {
    super(reason + ": " + detail);
    this.reason = reason;
  }

  /** The category; {@link #getMessage()} adds what was expected and what was found. */
  public Reason reason() {
    return reason;
  }
}
