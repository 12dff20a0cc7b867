package dev.aftercommit.stack.services;

import dev.aftercommit.publicids.IdKey;
import dev.aftercommit.stack.process.StackException;

/** The key of the public ids, under the name by which the employee-service reads it. */
public final class PublicIdKey {

  /** 32 hexadecimal digits; the key of development without it. */
  public static final String VARIABLE = "AFTERCOMMIT_IDS_KEY";

  private PublicIdKey() {}

  /**
   * The key that the environment names.
   *
   * @throws StackException when it is no key
   */
  public static IdKey fromEnvironment() {
    String key = System.getenv(VARIABLE);
    try {
      return IdKey.parse(key == null || key.isEmpty() ? IdKey.DEVELOPMENT : key);
    } catch (IllegalArgumentException e) {
      throw new StackException(VARIABLE + ": " + e.getMessage());
    }
  }
}
