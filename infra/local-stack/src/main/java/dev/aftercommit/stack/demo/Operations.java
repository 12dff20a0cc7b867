package dev.aftercommit.stack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.stack.rest.Answer;
import dev.aftercommit.stack.rest.RestClient;
import dev.aftercommit.stack.rest.UnexpectedAnswerException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/** What operators do while the clients go on: close a day, freeze employees. */
final class Operations {

  private static final int RACES = 5;
  private static final int CALLERS = 4;
  private static final Duration RESET_LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int CONFLICT = 409;

  private final Target target;
  private final RestClient rest;
  private long doubleFreezes;
  private long freezes;

  Operations(Target target, RestClient rest) {
    this.target = target;
    this.rest = rest;
  }

  /** How many calls succeeded beside one that had succeeded already. */
  long doubleFreezes() {
    return doubleFreezes;
  }

  /** How many freezes and unfreezes were won. */
  long freezes() {
    return freezes;
  }

  /** Several callers freeze one employee at once, then unfreeze it; and so the next. */
  String raceForFreezes() throws IOException, InterruptedException {
    JsonNode page = rest.read(uri("/employees?limit=" + RACES));
    for (JsonNode employee : page.path("items")) {
      String path = "/employees/" + employee.path("id").asText();
      race(uri(path + "/freeze"));
      race(uri(path + "/unfreeze"));
    }
    return "%,d ".formatted(freezes);
  }

  /**
   * Closes the present day, which moves each employee's change of the day into the history.
   *
   * @throws TimeoutException when it is not closed within a minute
   */
  String closeTheDay() throws IOException, InterruptedException, TimeoutException {
    URI reset = uri("/operations/daily-reset");
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    Answer begun = rest.post(uri("/operations/daily-reset?day=" + today));
    if (!begun.isOk()) {
      throw new UnexpectedAnswerException("POST " + reset + " answered " + begun.summary());
    }
    long deadline = System.nanoTime() + RESET_LIMIT.toNanos();
    JsonNode progress = begun.body();
    while (!progress.path("state").asText().equals("FINISHED")) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("the day is not closed after " + RESET_LIMIT + ": " + progress);
      }
      Thread.sleep(PAUSE);
      progress = rest.read(reset);
    }
    return "%,d employees' ".formatted(progress.path("closed").asLong());
  }

  private void race(URI uri) throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Answer>> calls = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLERS; i++) {
        calls.add(
            callers.submit(
                () -> {
                  start.await();
                  return rest.post(uri);
                }));
      }
      start.countDown();
      long winners = 0;
      for (Future<Answer> call : calls) {
        winners += isWon(uri, call.get()) ? 1 : 0;
      }
      freezes += Math.min(winners, 1);
      doubleFreezes += Math.max(winners - 1, 0);
    } catch (ExecutionException e) {
      throw new IllegalStateException("POST " + uri + " got no answer: " + e.getCause(), e);
    }
  }

  /** The employee may have left in between. */
  private static boolean isWon(URI uri, Answer answer) {
    if (answer.isOk() || answer.status() == CONFLICT || answer.status() == 404) {
      return answer.isOk();
    }
    throw new UnexpectedAnswerException("POST " + uri + " answered " + answer.summary());
  }

  private URI uri(String path) {
    return target.employeeService().resolve(path);
  }
}
