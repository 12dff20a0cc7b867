package dev.aftercommit.aggregator.average;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.aggregator.Events;
import dev.aftercommit.consumer.RawMessage;
import dev.aftercommit.events.EmployeeChanged;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Any order of delivery, with repetitions, in any batches, ends in the same sums. */
class ConvergenceProperties {

  private static AggregatorDatabase database;

  @BeforeContainer
  static void createDatabase() {
    database = new AggregatorDatabase();
  }

  @AfterContainer
  static void dropDatabase() {
    database.close();
  }

  /**
   * What one employee went through.
   *
   * @param states department (empty: has left) and salary in cents after each change
   */
  record Career(List<State> states) {}

  record State(String department, int cents) {}

  @Provide
  Arbitrary<List<Career>> careers() {
    Arbitrary<State> state =
        Combinators.combine(
                Arbitraries.of("A", "B", "C", ""), Arbitraries.integers().between(0, 1_000_000))
            .as(State::new);
    return state.list().ofMinSize(1).ofMaxSize(6).map(Career::new).list().ofMinSize(1).ofMaxSize(5);
  }

  @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
  void anyPermutationOfTheEventsOfEmployeesConverges(
      @ForAll("careers") List<Career> careers,
      @ForAll Random random,
      @ForAll @IntRange(min = 1, max = 7) int batchSize)
      throws SQLException {
    empty();
    List<RawMessage> deliveries = shuffledWithRepetitions(careers, random);
    for (int from = 0; from < deliveries.size(); from += batchSize) {
      int to = Math.min(from + batchSize, deliveries.size());
      database.apply(deliveries.subList(from, to).toArray(RawMessage[]::new));
    }
    assertThat(nonEmpty(database.departments())).isEqualTo(expected(careers));
    assertThat(database.gaps()).as("every version has arrived").isEmpty();
  }

  private static List<RawMessage> shuffledWithRepetitions(List<Career> careers, Random random) {
    List<RawMessage> deliveries = new ArrayList<>();
    for (int person = 0; person < careers.size(); person++) {
      List<State> states = careers.get(person).states();
      for (int version = 0; version < states.size(); version++) {
        RawMessage message = Events.message(event(person, states.get(version), version));
        IntStream.rangeClosed(0, random.nextInt(3)).forEach(copy -> deliveries.add(message));
      }
    }
    Collections.shuffle(deliveries, random);
    return deliveries;
  }

  private static EmployeeChanged event(int person, State state, int version) {
    return Events.employee(
        "p" + person,
        state.department().isEmpty() ? null : state.department(),
        BigDecimal.valueOf(state.cents(), 2).toString(),
        version);
  }

  private static Map<String, String> expected(List<Career> careers) {
    Map<String, List<State>> last = new TreeMap<>();
    for (Career career : careers) {
      State state = career.states().getLast();
      if (!state.department().isEmpty()) {
        last.computeIfAbsent(state.department(), d -> new ArrayList<>()).add(state);
      }
    }
    Map<String, String> sums = new TreeMap<>();
    last.forEach(
        (department, states) ->
            sums.put(
                department,
                states.size()
                    + " people, "
                    + BigDecimal.valueOf(states.stream().mapToLong(State::cents).sum(), 2)));
    return sums;
  }

  private static Map<String, String> nonEmpty(Map<String, String> departments) {
    departments.values().removeIf("0 people, 0.00"::equals);
    return departments;
  }

  private static void empty() throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("TRUNCATE employee_projection, department, inbox.message, inbox.gap");
    }
  }
}
