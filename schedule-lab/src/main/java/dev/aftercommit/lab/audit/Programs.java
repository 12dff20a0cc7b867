package dev.aftercommit.lab.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Generates scenarios: two or three actors of two to four statements each, over tables with a
 * unique index and a foreign key. Equal seeds give equal scenarios.
 */
public final class Programs {

  private static final String SETUP =
      """
      setup
      {
        CREATE TABLE a (id int PRIMARY KEY, v int);
        CREATE TABLE b (id int PRIMARY KEY, v int);
        CREATE TABLE c (id int REFERENCES a, v int);
        INSERT INTO a VALUES (1, 1), (2, 2);
        INSERT INTO b VALUES (1, 1), (2, 2);
      }
      """;

  private static final List<String> STATEMENTS =
      List.of(
          "SELECT sum(v) AS seen FROM a;",
          "SELECT v AS seen FROM b WHERE id = 1;",
          "SELECT v AS seen FROM a WHERE id = 1 FOR UPDATE;",
          "SELECT v AS seen FROM b WHERE id = 2 FOR SHARE;",
          "SELECT v AS seen FROM b WHERE id = 1 FOR UPDATE NOWAIT;",
          "SELECT v AS seen FROM b ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;",
          "UPDATE a SET v = v + 1 WHERE id = 1;",
          "UPDATE a SET v = coalesce(:seen, 0)::int + 10 WHERE id = 2;",
          "UPDATE b SET v = (SELECT sum(v) FROM a) WHERE id = 1;",
          "INSERT INTO b VALUES (3, 3) ON CONFLICT DO NOTHING;",
          "INSERT INTO b VALUES (3, 4);",
          "DELETE FROM b WHERE v > 1;",
          "INSERT INTO c SELECT id, v FROM b WHERE id = 1;");

  private static final List<String> ACTORS = List.of("A", "B", "C");

  private Programs() {}

  /**
   * The text of a scenario.
   *
   * @param most how many orders its steps may have at most, at least 252
   */
  public static String generate(Random random, long most) {
    while (true) {
      List<List<String>> actors = new ArrayList<>();
      int count = 2 + random.nextInt(2);
      for (String name : ACTORS.subList(0, count)) {
        actors.add(steps(name, random));
      }
      if (orders(actors) <= most) {
        return text(actors);
      }
    }
  }

  private static List<String> steps(String actor, Random random) {
    List<String> statements = new ArrayList<>();
    boolean seen = false;
    int count = 2 + random.nextInt(3);
    boolean transaction = random.nextInt(4) > 0;
    if (transaction) {
      statements.add("BEGIN;");
    }
    for (int i = 0; i < count; i++) {
      String sql = STATEMENTS.get(random.nextInt(STATEMENTS.size()));
      statements.add(seen ? sql : sql.replace(":seen", "0"));
      seen |= sql.contains("AS seen");
    }
    if (transaction) {
      statements.add(random.nextInt(5) == 0 ? "ROLLBACK;" : "COMMIT;");
    }
    List<String> steps = new ArrayList<>();
    for (String sql : statements) {
      steps.add("step %s_%d { %s }".formatted(actor, steps.size(), sql));
    }
    return steps;
  }

  /** How many orders there are, if nobody waits: the multinomial coefficient of the steps. */
  private static long orders(List<List<String>> actors) {
    long orders = 1;
    int total = 0;
    for (List<String> steps : actors) {
      boolean transaction = steps.getFirst().contains("BEGIN");
      // BEGIN is no step of the schedule; outside a transaction each statement has a commit.
      int own = transaction ? steps.size() - 1 : 2 * steps.size();
      for (int i = 1; i <= own; i++) {
        orders = orders * ++total / i;
      }
    }
    return orders;
  }

  private static String text(List<List<String>> actors) {
    StringBuilder text = new StringBuilder(SETUP);
    for (int i = 0; i < actors.size(); i++) {
      text.append("session ").append(ACTORS.get(i)).append('\n');
      actors.get(i).forEach(step -> text.append(step).append('\n'));
    }
    return text.append("invariant \"any end will do\" { SELECT true }\n").toString();
  }
}
