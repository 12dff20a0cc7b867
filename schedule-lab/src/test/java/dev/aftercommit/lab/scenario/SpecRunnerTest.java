package dev.aftercommit.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import org.junit.jupiter.api.Test;

class SpecRunnerTest {

  private static final String TWO_UPDATES =
      """
      # a comment
      setup { CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1, 'one'), (10, NULL); }
      teardown { DROP TABLE t; }
      session s1
      setup { BEGIN; }
      step s1u { UPDATE t SET v = 'x' WHERE id = 1; }
      step "s1 c" { COMMIT; }
      session s2
      step s2u { UPDATE t SET v = v || 'y' WHERE id = 1; }
      step s2r { SELECT * FROM t ORDER BY id; }
      step s2e { SELECT 1 / 0; }
      """;

  @Test
  void waitsAndWakeUpsArePrintedAsIsolationtesterDoes() throws Exception {
    assertThat(run(TWO_UPDATES + "permutation s1u s2u \"s1 c\" s2r s2e\n"))
        .isEqualTo(
            """
            Parsed test spec with 2 sessions

            starting permutation: s1u s2u s1 c s2r s2e
            step s1u: UPDATE t SET v = 'x' WHERE id = 1;
            step s2u: UPDATE t SET v = v || 'y' WHERE id = 1; <waiting ...>
            step s1 c: COMMIT;
            step s2u: <... completed>
            step s2r: SELECT * FROM t ORDER BY id;
            id|v\s
            --+--
             1|xy
            10| \s
            (2 rows)

            step s2e: SELECT 1 / 0;
            ERROR:  division by zero
            """);
  }

  @Test
  void notificationsArePrintedAfterTheStepWithWhichTheyCame() throws Exception {
    String spec =
        """
        session s1
        step s1n { NOTIFY news, 'a'; NOTIFY news; }
        session s2
        step s2l { LISTEN news; }
        step s2n { NOTIFY news, 'b'; }
        step s2r { SELECT 1 AS one; }
        permutation s2l s2n s1n s2r
        """;

    assertThat(run(spec))
        .endsWith(
            """
            step s2n: NOTIFY news, 'b';
            s2: NOTIFY "news" with payload "b" from s2
            step s1n: NOTIFY news, 'a'; NOTIFY news;
            step s2r: SELECT 1 AS one;
            one
            ---
              1
            (1 row)

            s2: NOTIFY "news" with payload "a" from s1
            s2: NOTIFY "news" with payload "" from s1
            """);
  }

  @Test
  void anInfeasiblePermutationEndsAtOnce() throws Exception {
    assertThat(run(TWO_UPDATES + "permutation s1u s2u s2r \"s1 c\"\n"))
        .contains("step s2r is infeasible");
  }

  @Test
  void theServerEndsADeadlockWithTheTimeoutsOfTheFile() throws Exception {
    String spec =
        """
        setup { CREATE TABLE a1 (); }
        teardown { DROP TABLE a1; }
        session s1
        setup { BEGIN; }
        step s1as { LOCK TABLE a1 IN ACCESS SHARE MODE; }
        step s1ae { LOCK TABLE a1 IN ACCESS EXCLUSIVE MODE; }
        step s1c { COMMIT; }
        session s2
        setup { BEGIN; SET deadlock_timeout = '10ms'; }
        step s2as { LOCK TABLE a1 IN ACCESS SHARE MODE; }
        step s2ae { LOCK TABLE a1 IN ACCESS EXCLUSIVE MODE; }
        step s2c { COMMIT; }
        permutation s1as s2as s1ae s2ae s1c s2c
        """;

    assertThat(run(spec))
        .endsWith(
            """
            step s1as: LOCK TABLE a1 IN ACCESS SHARE MODE;
            step s2as: LOCK TABLE a1 IN ACCESS SHARE MODE;
            step s1ae: LOCK TABLE a1 IN ACCESS EXCLUSIVE MODE; <waiting ...>
            step s2ae: LOCK TABLE a1 IN ACCESS EXCLUSIVE MODE;
            ERROR:  deadlock detected
            step s1ae: <... completed>
            step s1c: COMMIT;
            step s2c: COMMIT;
            """);
  }

  private static String run(String text) throws Exception {
    return SpecRunner.run(ScenarioParser.parse("test", text), LabServer.address());
  }
}
