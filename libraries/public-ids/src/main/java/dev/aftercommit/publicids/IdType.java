package dev.aftercommit.publicids;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an id is the id of; the prefix of its token says so. */
public enum IdType {
  EMPLOYEE("emp", 1),
  DEPARTMENT("dep", 2),
  PROJECT("prj", 3),
  EVENT("evt", 4),
  RUN("run", 5);

  private final String prefix;
  private final int checkSeed;

  /**
   * @param checkSeed where the check character starts from; of this type for ever, and of no other
   */
  IdType(String prefix, int checkSeed) {
    this.prefix = prefix;
    this.checkSeed = checkSeed;
  }

  /** The letters before the underscore. */
  public String prefix() {
    return prefix;
  }

  int checkSeed() {
    return checkSeed;
  }

  static Optional<IdType> ofPrefix(String prefix) {
    return Arrays.stream(values()).filter(type -> type.prefix.equals(prefix)).findFirst();
  }

  static String prefixes() {
    return Arrays.stream(values()).map(type -> type.prefix + "_").collect(Collectors.joining(", "));
  }
}
