package dev.aftercommit.benchmarks.reset;

import dev.aftercommit.benchmarks.reset.ActivityTables.Sizes;
import java.util.List;

/**
 * What many nights leave behind.
 *
 * @param sizes in bytes, after each night
 * @param wrong employees whose history and day do not add up to their total; must be 0
 */
record NightsResult(
    String what, int nights, int employees, List<Sizes> sizes, long wrong, String hardware) {

  /** Whether table and index are no larger than after the first night. */
  boolean flat() {
    return sizes.getLast().table() <= sizes.getFirst().table()
        && sizes.getLast().index() <= sizes.getFirst().index();
  }
}
