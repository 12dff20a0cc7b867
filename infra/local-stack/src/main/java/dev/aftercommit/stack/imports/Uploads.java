package dev.aftercommit.stack.imports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.stack.rest.Answer;
import dev.aftercommit.stack.rest.RestClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends rows to {@code POST /imports}, a bounded number of requests at a time. A request that was
 * not answered, or answered with 5xx, is sent again: rows carry keys, so a second time changes
 * nothing.
 */
final class Uploads implements AutoCloseable {

  private static final int IN_FLIGHT = 2;
  private static final int TRIES = 6;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

  private final RestClient rest;
  private final URI imports;
  private final Rejects rejects;
  private final Semaphore free = new Semaphore(IN_FLIGHT);
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private final Totals totals = new Totals();

  Uploads(RestClient rest, URI employeeService, Rejects rejects) {
    this.rest = rest;
    this.imports = employeeService.resolve("/imports");
    this.rejects = rejects;
  }

  /**
   * Sends the rows; waits while too many requests are under way.
   *
   * @throws ImportException when an earlier request failed for good
   */
  void send(List<PayrollRow> rows) throws InterruptedException {
    rethrowFailure();
    free.acquire();
    senders.execute(
        () -> {
          try {
            sendWithRetries(rows);
          } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
          } catch (IOException e) {
            failure.compareAndSet(null, new ImportException("cannot write a request", e));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            free.release();
          }
        });
  }

  /** Waits for the requests under way and returns the totals of all. */
  Totals finish() throws InterruptedException {
    free.acquire(IN_FLIGHT);
    free.release(IN_FLIGHT);
    rethrowFailure();
    return totals;
  }

  /** What has been answered so far. */
  Totals totals() {
    return totals;
  }

  @Override
  public void close() {
    senders.shutdownNow();
  }

  private void rethrowFailure() {
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private void sendWithRetries(List<PayrollRow> rows) throws IOException, InterruptedException {
    byte[] body = ndjson(rows);
    Duration pause = FIRST_PAUSE;
    String last = "";
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      try {
        Answer answer = rest.post(imports, "application/x-ndjson", body);
        if (answer.isOk()) {
          settle(rows, answer.body());
          return;
        }
        last = answer.summary();
        if (answer.status() < 500) {
          break;
        }
      } catch (IOException noAnswer) {
        last = "no answer (" + noAnswer + ")";
      }
      Thread.sleep(pause);
      pause = pause.multipliedBy(2);
    }
    throw new ImportException(
        "POST %s with the rows from line %d to %d failed: %s. The rows before are imported; import the file again when the cause is gone"
            .formatted(imports, rows.getFirst().line(), rows.getLast().line(), last));
  }

  private void settle(List<PayrollRow> rows, JsonNode answer) {
    Map<Long, PayrollRow> byLine = new HashMap<>();
    rows.forEach(row -> byLine.put(row.line(), row));
    for (JsonNode rejected : answer.path("rejected")) {
      long line = rejected.path("line").asLong();
      PayrollRow row = byLine.get(line);
      rejects.add(
          line, row == null ? List.of() : row.fields(), rejected.path("reason").asText("rejected"));
    }
    totals.add(answer, rows.size());
  }

  private static byte[] ndjson(List<PayrollRow> rows) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream(rows.size() * 160);
    for (PayrollRow row : rows) {
      body.write(RestClient.json(row));
      body.write('\n');
    }
    return body.toByteArray();
  }
}
