package dev.aftercommit.lab.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.scenario.ScenarioParser;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the reduction leaves out of generated programs ends as something that is run. */
class AuditTest {

  private static final int STEPS = 2;

  private static final Budget ALL =
      new Budget(2_000, Duration.ofSeconds(30), Budget.ALL, Duration.ofSeconds(30));

  private static final List<String> STATEMENTS =
      List.of(
          "SELECT sum(v) AS seen FROM a;",
          "SELECT v AS seen FROM b WHERE id = 1;",
          "SELECT v AS seen FROM a WHERE id = 1 FOR UPDATE;",
          "SELECT v AS seen FROM b WHERE id = 2 FOR SHARE;",
          "UPDATE a SET v = v + 1 WHERE id = 1;",
          "UPDATE a SET v = coalesce(:seen, 0)::int + 10 WHERE id = 2;",
          "UPDATE b SET v = (SELECT sum(v) FROM a) WHERE id = 1;",
          "INSERT INTO b VALUES (3, 3) ON CONFLICT DO NOTHING;",
          "INSERT INTO b VALUES (3, 4);",
          "DELETE FROM b WHERE v > 1;",
          "INSERT INTO c SELECT id, v FROM b WHERE id = 1;");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void noEndOfAGeneratedProgramIsLost(int seed) throws Exception {
    Random random = new Random(seed);
    String program = program(random);
    Level level = random.nextBoolean() ? Level.READ_COMMITTED : Level.REPEATABLE_READ;
    try (ScenarioExperiment experiment =
        ScenarioExperiment.open(
            ScenarioParser.parse("generated", program).at(level), LabServer.address())) {
      Set<String> naive = ends(experiment, false);
      Set<String> reduced = ends(experiment, true);

      assertThat(reduced).as("%s at %s", program, level).isEqualTo(naive);
    }
  }

  private static Set<String> ends(ScenarioExperiment experiment, boolean reduced) throws Exception {
    Recorder recorder = new Recorder(experiment, ALL, progress -> {});
    // Only the reduced search: the one by preemptions would run every order before it.
    boolean exhausted =
        reduced
            ? new SleepSets(recorder, experiment.relation()).search()
            : new PreemptionOrder(recorder).search(Budget.ALL, Integer.MAX_VALUE);
    Set<String> ends = new TreeSet<>();
    recorder.result(exhausted, reduced).outcomes().keySet().forEach(o -> ends.add(o.state()));

    assertThat(exhausted).isTrue();
    return ends;
  }

  private static String program(Random random) {
    StringBuilder text =
        new StringBuilder(
            """
            setup
            {
              CREATE TABLE a (id int PRIMARY KEY, v int);
              CREATE TABLE b (id int PRIMARY KEY, v int);
              CREATE TABLE c (id int REFERENCES a, v int);
              INSERT INTO a VALUES (1, 1), (2, 2);
              INSERT INTO b VALUES (1, 1), (2, 2);
            }
            """);
    for (String actor : List.of("A", "B")) {
      text.append("session ").append(actor).append('\n');
      boolean transaction = random.nextInt(4) > 0;
      if (transaction) {
        text.append("step %s_begin { BEGIN; }%n".formatted(actor));
      }
      text.append("step %s_seen { SELECT 0 AS seen; }%n".formatted(actor));
      for (int i = 0; i < STEPS; i++) {
        String sql = STATEMENTS.get(random.nextInt(STATEMENTS.size()));
        text.append("step %s_%d { %s }%n".formatted(actor, i, sql));
      }
      if (transaction) {
        text.append(
            "step %s_end { %s; }%n"
                .formatted(actor, random.nextInt(5) == 0 ? "ROLLBACK" : "COMMIT"));
      }
    }
    return text.append("invariant \"any end will do\" { SELECT true }\n").toString();
  }
}
