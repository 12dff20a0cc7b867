package dev.aftercommit.stack.demo;

import java.util.random.RandomGenerator;

/** The kinds of change the clients make, and how often. */
enum Change {
  RAISE_BY_PERCENT(30, "raises by percent"),
  RAISE_BY_AMOUNT(25, "raises by amount"),
  NEW_SALARY(20, "new salaries"),
  TRANSFER(12, "transfers"),
  HIRE(4, "hires"),
  LEAVE(4, "leavers"),
  BEYOND_BUDGET(5, "beyond the budget");

  private final int percent;
  private final String title;

  Change(int percent, String title) {
    this.percent = percent;
    this.title = title;
  }

  /** The kind's name for people. */
  String title() {
    return title;
  }

  static Change pick(RandomGenerator random) {
    int left = random.nextInt(100);
    for (Change change : values()) {
      left -= change.percent;
      if (left < 0) {
        return change;
      }
    }
    throw new IllegalStateException("the shares of the changes do not add up to 100");
  }
}
