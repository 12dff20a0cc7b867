package dev.aftercommit.lab.engine;

/**
 * The lock that a statement waits for.
 *
 * @param lock what identifies it; empty if that was not asked
 * @param rowQueue whether it is the place behind another one that waits for the same row: if that
 *     row has been changed, the server does not keep to the order of this queue
 */
record Awaited(String lock, boolean rowQueue) {

  /** Not asked. */
  static final Awaited UNKNOWN = new Awaited("", false);
}
