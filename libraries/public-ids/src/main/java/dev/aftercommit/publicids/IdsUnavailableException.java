package dev.aftercommit.publicids;

/** The block is used up and no other could be had in time; no id was lost or given out twice. */
public final class IdsUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1;

  IdsUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
