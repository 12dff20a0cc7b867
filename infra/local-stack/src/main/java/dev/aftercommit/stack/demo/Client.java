package dev.aftercommit.stack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.stack.rest.Answer;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** One client: changes salaries one after the other and counts by the answers what committed. */
final class Client implements Runnable {

  /** What all clients share. */
  record Shared(
      RestClient rest,
      URI employeeService,
      List<String> departments,
      Population population,
      Versions versions,
      Tally tally,
      LatencyProbe probe,
      BigDecimal impossibleSalary) {

    /** The same with another probe. */
    Shared with(LatencyProbe other) {
      return new Shared(
          rest, employeeService, departments, population, versions, tally, other, impossibleSalary);
    }
  }

  /** The name that a hire beyond the budget carries; nobody of that name may be seen anywhere. */
  static final String NOBODY = "Nobody";

  /**
   * One in so many raises by amount is sent twice at once, as if the first had got no answer: about
   * one in a hundred commands.
   */
  private static final int RAISES_PER_REPEAT = 25;

  /** One in so many changes is read back. */
  private static final int READ_BACK_EVERY = 10;

  /** A conflict, another version, a frozen employee, a database too busy. */
  private static final Set<Integer> GAVE_WAY = Set.of(409, 412, 423, 503);

  private final Shared shared;
  private final int number;
  private final BooleanSupplier goOn;
  private final SplittableRandom random;
  private int sequence;
  private int raises;
  private long sampledAt;

  Client(Shared shared, int number, long seed, BooleanSupplier goOn) {
    this.shared = shared;
    this.number = number;
    this.goOn = goOn;
    this.random = new SplittableRandom(seed);
  }

  @Override
  public void run() {
    while (goOn.getAsBoolean()) {
      sequence++;
      Change change = Change.pick(random);
      try {
        change(change);
      } catch (IOException noAnswer) {
        shared.tally().uncertain(change.title() + ": " + noAnswer);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void change(Change change) throws IOException, InterruptedException {
    if (change == Change.HIRE) {
      settle(change, hire("Hired %d-%d".formatted(number, sequence), salary()));
      return;
    }
    Optional<String> employee =
        change == Change.LEAVE ? shared.population().take(random) : shared.population().any(random);
    if (employee.isEmpty()) {
      return;
    }
    String path = "/employees/" + employee.get();
    settle(
        change,
        switch (change) {
          case RAISE_BY_PERCENT -> post(path + "/raise", "percent", cents(10, 300));
          case RAISE_BY_AMOUNT -> raiseByAmount(path);
          case NEW_SALARY -> shared.rest().put(uri(path + "/salary"), Map.of("salary", salary()));
          case TRANSFER -> post(path + "/transfer", "department", department());
          case LEAVE -> shared.rest().delete(uri(path));
          case BEYOND_BUDGET -> beyondBudget(path);
          case HIRE -> throw new IllegalStateException("a hire has no employee yet");
        });
  }

  private Answer raiseByAmount(String path) throws IOException, InterruptedException {
    URI raise = uri(path + "/raise");
    Map<String, Object> body = Map.of("amount", cents(1_000, 100_000));
    return raises++ % RAISES_PER_REPEAT == 0
        ? Repeat.send(shared.rest(), raise, body, shared.tally())
        : shared.rest().post(raise, body);
  }

  private Answer beyondBudget(String path) throws IOException, InterruptedException {
    BigDecimal mark = shared.impossibleSalary().add(BigDecimal.valueOf(sequence, 2));
    return random.nextBoolean()
        ? post(path + "/raise", "amount", mark)
        : hire("%s %d-%d".formatted(NOBODY, number, sequence), mark);
  }

  private Answer hire(String name, BigDecimal salary) throws IOException, InterruptedException {
    return shared
        .rest()
        .post(
            uri("/employees"), Map.of("name", name, "department", department(), "salary", salary));
  }

  private Answer post(String path, String field, Object value)
      throws IOException, InterruptedException {
    return shared.rest().post(uri(path), Map.of(field, value));
  }

  private void settle(Change change, Answer answer) throws IOException, InterruptedException {
    long answeredAt = System.nanoTime();
    if (answer.isOk()) {
      committed(change, answer, answeredAt);
    } else if (isBudgetExceeded(answer)) {
      shared.tally().rolledBack();
    } else if (answer.status() == 404 || answer.status() == 410) {
      shared.tally().gone();
    } else if (GAVE_WAY.contains(answer.status())) {
      shared.tally().conflict();
    } else {
      shared.tally().uncertain(change.title() + ": " + answer.summary());
    }
  }

  private void committed(Change change, Answer answer, long answeredAt)
      throws IOException, InterruptedException {
    JsonNode employee = answer.body();
    boolean changed =
        change == Change.LEAVE
            || shared
                .versions()
                .isFirst(employee.path("id").asText(), employee.path("version").asInt());
    if (!changed) {
      shared.tally().unchanged();
      return;
    }
    shared.tally().committed(change);
    if (change == Change.BEYOND_BUDGET) {
      shared.tally().wronglyAccepted();
    }
    if (change == Change.HIRE) {
      shared.population().add(employee.path("id").asText());
    }
    if (change != Change.LEAVE && sequence % READ_BACK_EVERY == 1) {
      readBack(employee.path("id").asText(), employee.path("version").asLong());
    }
    String token = answer.consistencyToken();
    boolean due = answeredAt - sampledAt > LatencyProbe.INTERVAL.toNanos();
    if (due && token != null && employee.hasNonNull("department")) {
      sampledAt = answeredAt;
      shared.probe().sample(token, employee.path("department").asText(), answeredAt);
    }
  }

  /** Whoever reads after a change was answered must find it, or a later one. */
  private void readBack(String id, long version) throws IOException, InterruptedException {
    Answer read = shared.rest().get(uri("/employees/" + id));
    if (read.isOk()) {
      shared.tally().readBack(read.body().path("version").asLong() < version);
    }
  }

  private static boolean isBudgetExceeded(Answer answer) {
    return answer.status() == 409
        && answer.body().path("type").asText().endsWith(":budget-exceeded");
  }

  private String department() {
    return shared.departments().get(random.nextInt(shared.departments().size()));
  }

  private BigDecimal salary() {
    return cents(Plan.LOWEST_SALARY * 100, Plan.HIGHEST_SALARY * 100);
  }

  private BigDecimal cents(int lowest, int highest) {
    return BigDecimal.valueOf(random.nextInt(lowest, highest), 2);
  }

  private URI uri(String path) {
    return shared.employeeService().resolve(path);
  }
}
