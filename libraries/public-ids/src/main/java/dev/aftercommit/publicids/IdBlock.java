package dev.aftercommit.publicids;

/**
 * Consecutive keys that belong to whoever got the block.
 *
 * @param first the first key
 * @param end the key behind the last
 */
public record IdBlock(long first, long end) {

  public IdBlock {
    if (first < 1 || end <= first) {
      throw new IllegalArgumentException(
          "a block of ids has at least one key, found %d to %d".formatted(first, end));
    }
  }
}
