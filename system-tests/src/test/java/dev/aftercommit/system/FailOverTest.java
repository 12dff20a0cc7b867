package dev.aftercommit.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.stack.rest.Answer;
import dev.aftercommit.stack.rest.RestClient;
import dev.aftercommit.stack.services.ServiceProcess;
import dev.aftercommit.stack.services.Stack;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two relays share the shards; one is killed while salaries change. */
class FailOverTest {

  private static final int EMPLOYEES = 40;
  private static final int WRITERS = 4;

  /** The promise is 5 s; the rest is room for a machine that builds something else meanwhile. */
  private static final Duration TAKE_OVER = Duration.ofSeconds(15);

  private static final Duration DRAINED = Duration.ofSeconds(60);

  private final Stack stack = SharedStack.get();
  private final ServiceProcess killed = stack.relays().getFirst();
  private final URI survivor = stack.relays().getLast().url();
  private final RestClient rest = new RestClient(Duration.ofSeconds(30));

  @AfterEach
  void startRelayAgain() {
    killed.startAndAwaitReady();
    rest.close();
  }

  @Test
  void anotherRelayTakesTheShardsOfAKilledOneAndNoEmployeesEventsLeaveOutOfOrder()
      throws Exception {
    List<String> employees = hire();
    await().atMost(TAKE_OVER).until(() -> owners().size() == 2);

    try (EventLog events = new EventLog(stack.servers().rabbitMq());
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      AtomicBoolean goOn = new AtomicBoolean(true);
      List<Future<Void>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        List<String> own = everyFourth(employees, i);
        writers.add(executor.submit(() -> raiseInTurn(own, goOn)));
      }
      await().until(() -> !events.versions(employees.getLast()).isEmpty());

      killed.kill();
      await().atMost(TAKE_OVER).until(() -> owners().size() == 1);

      goOn.set(false);
      for (Future<Void> writer : writers) {
        writer.get();
      }
      for (String employee : employees) {
        List<Long> expected = LongStream.rangeClosed(1, version(employee)).boxed().toList();
        await()
            .atMost(DRAINED)
            .untilAsserted(() -> assertThat(events.versions(employee)).isEqualTo(expected));
      }
    }
  }

  /** The owners of all shards whose leases have not ended. */
  private Set<String> owners() throws IOException, InterruptedException {
    Set<String> owners = new HashSet<>();
    for (JsonNode shard : rest.read(survivor.resolve("/relay/backlog")).path("shards")) {
      boolean alive =
          shard.hasNonNull("leaseUntil")
              && Instant.parse(shard.path("leaseUntil").asText()).isAfter(Instant.now());
      owners.add(alive ? shard.path("owner").asText() : "nobody");
    }
    return owners;
  }

  private List<String> hire() throws IOException, InterruptedException {
    Answer department =
        post("/departments", Map.of("name", "Fail-over " + System.nanoTime(), "budget", 1e9));
    List<String> employees = new ArrayList<>();
    for (int i = 0; i < EMPLOYEES; i++) {
      Answer employee =
          post(
              "/employees",
              Map.of(
                  "name",
                  "Employee " + i,
                  "department",
                  department.body().path("id").asText(),
                  "salary",
                  1000));
      employees.add(employee.body().path("id").asText());
    }
    await()
        .atMost(DRAINED)
        .until(() -> rest.read(survivor.resolve("/relay/backlog")).path("pending").asLong() == 0);
    return employees;
  }

  private Void raiseInTurn(List<String> employees, AtomicBoolean goOn)
      throws IOException, InterruptedException {
    while (goOn.get()) {
      for (String employee : employees) {
        post("/employees/" + employee + "/raise", Map.of("amount", 1));
      }
    }
    return null;
  }

  private long version(String employee) throws IOException, InterruptedException {
    return rest.read(stack.employeeService().url().resolve("/employees/" + employee))
        .path("version")
        .asLong();
  }

  private Answer post(String path, Object body) throws IOException, InterruptedException {
    Answer answer = rest.post(stack.employeeService().url().resolve(path), body);
    assertThat(answer.isOk()).as("POST %s: %s", path, answer.summary()).isTrue();
    return answer;
  }

  private static List<String> everyFourth(List<String> all, int first) {
    List<String> own = new ArrayList<>();
    for (int i = first; i < all.size(); i += WRITERS) {
      own.add(all.get(i));
    }
    return own;
  }
}
