package dev.aftercommit.stack.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.atomic.AtomicLong;

/** What the service answered to the requests of one import, added up. Thread-safe. */
final class Totals {

  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong created = new AtomicLong();
  private final AtomicLong changed = new AtomicLong();
  private final AtomicLong unchanged = new AtomicLong();
  private final AtomicLong departmentsCreated = new AtomicLong();

  void add(JsonNode answer, int rows) {
    created.addAndGet(answer.path("created").asLong());
    changed.addAndGet(answer.path("changed").asLong());
    unchanged.addAndGet(answer.path("unchanged").asLong());
    departmentsCreated.addAndGet(answer.path("departmentsCreated").asLong());
    sent.addAndGet(rows);
  }

  /** Rows that have been answered for. */
  long sent() {
    return sent.get();
  }

  long created() {
    return created.get();
  }

  long changed() {
    return changed.get();
  }

  long unchanged() {
    return unchanged.get();
  }

  long departmentsCreated() {
    return departmentsCreated.get();
  }
}
