package dev.aftercommit.lab.draft;

import java.util.List;

/**
 * What one actor of a draft does in one database: the transactions of one trace, or one
 * transaction.
 *
 * @param name what it is called by traces, or by its application
 * @param trace the id of its trace; empty if there is none
 * @param touches its reads and changes in order
 */
record Unit(String name, String trace, List<LoggedTransaction> transactions, List<Touch> touches) {

  static Unit of(String name, String trace, List<LoggedTransaction> transactions) {
    List<Touch> touches =
        transactions.stream()
            .flatMap(t -> t.data().stream().filter(s -> !s.failed()).map(s -> Touch.of(s, t)))
            .filter(touch -> !touch.tables().isEmpty())
            .toList();
    return new Unit(name, trace, List.copyOf(transactions), touches);
  }

  String database() {
    return transactions.getFirst().database();
  }

  /** Where it does what, apart from values; a repeated statement counts once. */
  String type() {
    StringBuilder type = new StringBuilder(database()).append(": ");
    String last = "";
    for (Touch touch : touches) {
      String shape = touch.statement().shape();
      if (!shape.equals(last)) {
        type.append(shape).append("; ");
      }
      last = shape;
    }
    return type.toString();
  }

  long first() {
    return transactions.getFirst().interval().first();
  }

  long last() {
    return transactions.getLast().interval().last();
  }

  boolean writes() {
    return touches.stream().anyMatch(Touch::writes);
  }

  boolean committed() {
    return transactions.stream().anyMatch(LoggedTransaction::committed);
  }
}
