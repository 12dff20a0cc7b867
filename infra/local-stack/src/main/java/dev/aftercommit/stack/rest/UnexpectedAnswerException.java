package dev.aftercommit.stack.rest;

/** A service answered something the caller cannot go on with; the message names both. */
public final class UnexpectedAnswerException extends RuntimeException {

  public UnexpectedAnswerException(String message) {
    super(message);
  }
}
