package dev.aftercommit.events;

/** A message that cannot be read as one of our events, with the reason to park it under. */
public final class UnreadableEventException extends Exception {

  /**
   * Why a message cannot be read; the name is stored with the parked message and labels its metric.
   */
  public enum Reason {
    /** The data is not one JSON object. */
    MALFORMED,
    /** A field that every event of the type carries is absent or null. */
    MISSING_FIELD,
    /** A field holds something its schema does not allow. */
    INVALID_FIELD,
    /** The message names no CloudEvents type. */
    MISSING_TYPE,
    /** The CloudEvents type is not one of ours. */
    UNKNOWN_TYPE,
    /** The CloudEvents type is one of ours, in a version this code does not know. */
    UNKNOWN_VERSION,
    /** The message carries no UUID by which its repetitions could be recognised. */
    MISSING_ID,
    /** The data is longer than {@link EventJson#MAX_BYTES}. */
    TOO_LARGE
  }

  /** What was found may be as long as the message; this much of it is told. */
  private static final int MAX_DETAIL_LENGTH = 500;

  private final Reason reason;

  UnreadableEventException(Reason reason, String detail) {
    super(reason + ": " + shorten(detail));
    this.reason = reason;
  }

  private static String shorten(String detail) {
    return detail.length() <= MAX_DETAIL_LENGTH
        ? detail
        : detail.substring(0, MAX_DETAIL_LENGTH) + "…";
  }

  /** The category; {@link #getMessage()} adds what was expected and what was found. */
  public Reason reason() {
    return reason;
  }
}
