package dev.aftercommit.benchmarks.schedules;

/** What is measured, and what its median must reach. */
enum Goal {
  TWO_BY_FOUR("two actors of four SQL steps", 300, true),
  READ_THROUGH("a read-through cache beside SQL", 200, true),
  PUBLISH_AND_DELIVER("a publish and its delivery beside SQL", 50, true),
  LOST_UPDATE("lost update, all of two times three steps", 1, false),
  COMMAND_LINE("command line to its first schedule", 3, false),
  COMMAND_LINE_AND_SERVER("... with the start of its own server", 3, false);

  private final String title;
  private final double bound;
  private final boolean rate;

  Goal(String title, double bound, boolean rate) {
    this.title = title;
    this.bound = bound;
    this.rate = rate;
  }

  boolean isReached(Figure median) {
    return rate ? median.perSecond() >= bound : median.seconds() <= bound;
  }

  String row(Figure median) {
    return "%-44s %s%n"
        .formatted(
            title,
            rate
                ? "%8.0f/s  (wanted: at least %.0f/s)".formatted(median.perSecond(), bound)
                : "%8.2f s  (wanted: at most %.0f s)".formatted(median.seconds(), bound));
  }
}
