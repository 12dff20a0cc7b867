package dev.aftercommit.publicids;

/** Another process that runs has this instance name; the message says which and what to do. */
public final class InstanceInUseException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  InstanceInUseException(String message) {
    super(message);
  }
}
