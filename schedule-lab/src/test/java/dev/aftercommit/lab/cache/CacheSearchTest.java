package dev.aftercommit.lab.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Faults;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.redis.CommandLine;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Comparison;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** Every order of what actors do in Redis. */
class CacheSearchTest {

  private static final List<String> SET_UP = List.of("SET n 0", "SET m 0");
  private static final Explorer.Progress SILENT = (runs, failing, perSecond) -> {};

  private static void readThenWrite(Jedis redis) {
    redis.set("n", Integer.toString(Integer.parseInt(redis.get("n")) + 1));
  }

  private static void increment(Jedis redis) {
    redis.incr("n");
  }

  private static void compareAndSet(Jedis redis) {
    Object done = null;
    while (done == null) {
      redis.watch("n");
      int seen = Integer.parseInt(redis.get("n"));
      try (AbstractTransaction transaction = redis.multi()) {
        transaction.set("n", Integer.toString(seen + 1));
        done = transaction.exec();
      }
    }
  }

  private static void script(Jedis redis) {
    redis.eval("return redis.call('SET', KEYS[1], redis.call('GET', KEYS[1]) + 1)", 1, "n");
  }

  @Test
  void readingAndThenWritingLosesAnUpdateInFourOfSixOrders() throws Exception {
    Exploration found = explore(CacheSearchTest::readThenWrite);

    assertThat(found.verdict()).isEqualTo(Verdict.FAILS);
    assertThat(found.schedules()).isEqualTo(6);
    assertThat(found.failing()).isEqualTo(4);
    assertThat(texts(Objects.requireNonNull(found.failure())))
        .containsExactly("A GET n", "B GET n", "B SET n 1", "A SET n 1");
  }

  private static List<String> texts(Found found) {
    List<String> texts = new ArrayList<>();
    for (Event event : found.run().events()) {
      texts.add(event.option().actor() + " " + event.option().step().text());
    }
    return texts;
  }

  @Test
  void incrementingInOneCommandLosesNone() throws Exception {
    Exploration found = explore(CacheSearchTest::increment);

    assertThat(found.verdict()).isEqualTo(Verdict.HOLDS);
    assertThat(found.schedules()).isEqualTo(2);
  }

  @Test
  void incrementingInATransactionOverAWatchedKeyLosesNone() throws Exception {
    assertThat(explore(CacheSearchTest::compareAndSet).verdict()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void incrementingInAScriptLosesNone() throws Exception {
    assertThat(explore(CacheSearchTest::script).verdict()).isEqualTo(Verdict.HOLDS);
  }

  private static Exploration explore(Consumer<Jedis> code) throws Exception {
    try (CacheExperiment experiment =
        new CacheExperiment(Map.of("A", code, "B", code), List.of("SET n 0"), "n 2")) {
      return Explorer.explore(experiment, experiment.relation(), Budget.standard(), SILENT);
    }
  }

  @Test
  void aLockThatIsNotGivenBackWhenRedisIsUnavailableIsFound() throws Exception {
    Consumer<Jedis> locking =
        redis -> {
          redis.set("lock", "mine", SetParams.setParams().nx());
          redis.del("lock");
        };
    try (CacheExperiment experiment =
        new CacheExperiment(Map.of("A", locking), List.of("SET n 0"), "n 0")
            .with(new Faults(Map.of(Turn.REDIS_UNAVAILABLE, Set.of()), 1))) {
      Exploration found = Explorer.explore(experiment, null, Budget.standard(), SILENT);

      assertThat(found.verdict()).isEqualTo(Verdict.FAILS);
      assertThat(found.schedules()).isEqualTo(3);
      assertThat(found.failing()).isEqualTo(1);
      assertThat(found.outcomes().keySet().toString()).contains("lock mine; n 0 failed: [A]");
    }
  }

  private static final List<String> COMMANDS =
      List.of(
          "GET n",
          "GET m",
          "MGET n m",
          "INCR n",
          "SET n $seen",
          "SET m $seen",
          "MSET n 5 m 6",
          "APPEND m $seen",
          "DEL n",
          "RENAME m n",
          "DBSIZE",
          "EVAL \"return redis.call('INCR', 'm')\" 0",
          "SET late 1 EX 100",
          "RPUSH l $seen",
          "SORT l ALPHA STORE n");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void noEndOfAGeneratedProgramIsLost(int seed) throws Exception {
    Random random = new Random(seed);
    List<List<String>> programs = List.of(program(random), program(random), program(random));
    try (CacheExperiment experiment =
        new CacheExperiment(
            Map.of("A", run(programs.get(0)), "B", run(programs.get(1)), "C", run(programs.get(2))),
            SET_UP,
            "")) {
      Comparison found = Comparison.of(experiment, Budget.standard());

      assertThat(found.kind()).as("%s %s", programs, found.lost()).isEqualTo(Comparison.Kind.SAME);
      assertThat(found.reduced()).isLessThanOrEqualTo(found.every());
    }
  }

  /** Two commands, or one and a transaction of two. */
  private static List<String> program(Random random) {
    List<String> program = new ArrayList<>();
    program.add(COMMANDS.get(random.nextInt(COMMANDS.size())));
    boolean transaction = random.nextInt(4) == 0;
    if (transaction) {
      program.add("WATCH n");
      program.add("MULTI");
      program.add(COMMANDS.get(random.nextInt(COMMANDS.size())));
    }
    program.add(COMMANDS.get(random.nextInt(COMMANDS.size())));
    if (transaction) {
      program.add("EXEC");
    }
    return program;
  }

  private static Consumer<Jedis> run(List<String> program) {
    return redis -> {
      String seen = "none";
      for (String line : program) {
        List<byte[]> words = CommandLine.words(line.replace("$seen", CommandLine.quoted(seen)));
        byte[] name = words.getFirst();
        byte[][] arguments = words.subList(1, words.size()).toArray(byte[][]::new);
        seen = Contents.shown(redis.sendCommand(() -> name, arguments));
      }
    };
  }
}
