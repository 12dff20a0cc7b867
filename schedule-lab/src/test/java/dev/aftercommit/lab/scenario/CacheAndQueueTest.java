package dev.aftercommit.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Verdict;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CacheAndQueueTest {

  private static final Explorer.Progress SILENT = (runs, failing, perSecond) -> {};

  /** A reader fills the cache from the database; the writer deletes the key at some time. */
  private static final String READ_THROUGH =
      """
      setup { CREATE TABLE account (id int PRIMARY KEY, balance int); INSERT INTO account VALUES (1, 100); }
      redis { SET account:1 100 }
      session W
      %s
      session R
      step rg redis { GET account:1 }
      step rr unless value { SELECT balance FROM account WHERE id = 1; }
      step rs redis if balance { SET account:1 :balance }
      invariant "the cache is not stale"
      {
        SELECT NOT EXISTS (SELECT FROM lab.redis JOIN account ON key = 'account:' || id AND value <> balance::text)
      }
      """;

  private static final String DELETED_BEFORE =
      """
      step wb { BEGIN; }
      step wu { UPDATE account SET balance = 110 WHERE id = 1; }
      step wd redis { DEL account:1 }
      step wc { COMMIT; }
      """;

  private static final String DELETED_AFTER =
      """
      step wu { UPDATE account SET balance = 110 WHERE id = 1; }
      step wd redis { DEL account:1 }
      """;

  /** A consumer adds each message to the account. */
  private static final String CONSUMER =
      """
      setup { CREATE TABLE account (id int PRIMARY KEY, balance int); INSERT INTO account VALUES (1, 100); CREATE TABLE seen (id text PRIMARY KEY); }
      queue lab.deposits { id=m1 amount=10 }
      %s
      session C consumes lab.deposits
      %s
      step ca ack
      session R
      step rr { SELECT balance FROM account WHERE id = 1; }
      invariant "deposited once" { SELECT balance = 110 FROM account }
      """;

  private static final String ADDS =
      "step cu { UPDATE account SET balance = balance + :amount::int WHERE id = 1; }";

  private static final String ADDS_ONCE =
      """
      step cb { BEGIN; }
      step ci { INSERT INTO seen VALUES (:id) ON CONFLICT DO NOTHING RETURNING id AS fresh; }
      step cu if fresh { UPDATE account SET balance = balance + :amount::int WHERE id = 1; }
      step cc { COMMIT; }
      """;

  @Test
  void aKeyDeletedBeforeTheCommitIsFilledWithTheOldValue() throws Exception {
    Exploration found = explore(READ_THROUGH.formatted(DELETED_BEFORE));

    assertThat(Objects.requireNonNull(found.failure()).outcome().state())
        .contains("(account:1,100)");
  }

  @Test
  void deletingAfterTheCommitHelpsWhoFoundTheKeyAndNotWhoMissedIt() throws Exception {
    String text = READ_THROUGH.formatted(DELETED_AFTER);

    assertThat(explore(text).verdict()).isEqualTo(Verdict.HOLDS);
    assertThat(explore(text.replace("redis { SET account:1 100 }", "")).verdict())
        .isEqualTo(Verdict.FAILS);
  }

  @Test
  void withoutFaultsTheConsumerDepositsOnce() throws Exception {
    assertThat(explore(CONSUMER.formatted("", ADDS)).verdict()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void aMessageDeliveredTwiceIsDepositedTwiceWithoutAnInbox() throws Exception {
    Found failure =
        Objects.requireNonNull(explore(CONSUMER.formatted("fault duplicate C", ADDS)).failure());

    assertThat(failure.run().events().stream().map(Event::option).map(option -> option.turn()))
        .contains(Turn.DUPLICATE);
    assertThat(explore(CONSUMER.formatted("fault duplicate C", ADDS_ONCE)).verdict())
        .isEqualTo(Verdict.HOLDS);
  }

  @Test
  void aConsumerThatDiesBeforeItsAckGetsTheMessageAgain() throws Exception {
    assertThat(explore(CONSUMER.formatted("fault consumer-dies C", ADDS)).failure()).isNotNull();
    assertThat(
            explore(CONSUMER.formatted("fault consumer-dies C\nfault kill C", ADDS_ONCE)).verdict())
        .isEqualTo(Verdict.HOLDS);
  }

  @Test
  void aMessagePublishedBeforeTheCommitFindsTheOldRow() throws Exception {
    String text =
        """
        setup { CREATE TABLE account (id int PRIMARY KEY, balance int); INSERT INTO account VALUES (1, 100); CREATE TABLE told (balance int); }
        queue lab.changes
        session W
        step wb { BEGIN; }
        step wu { UPDATE account SET balance = 110 WHERE id = 1; }
        step wp publish { lab.changes account=1 }
        step wc { COMMIT; }
        session C consumes lab.changes
        step cr { INSERT INTO told SELECT balance FROM account WHERE id = 1; }
        step ca ack
        invariant "people are told the new balance" { SELECT bool_and(balance = 110) FROM told }
        """;
    assertThat(explore(text).verdict()).isEqualTo(Verdict.FAILS);
    String after =
        text.replace("step wp publish { lab.changes account=1 }\n", "")
            .replace(
                "step wc { COMMIT; }",
                "step wc { COMMIT; }\nstep wp publish { lab.changes account=1 }");
    assertThat(explore(after).verdict()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void aFailureThatNeedsAFaultKeepsItThoughTheConsumerHadNothingToDo() throws Exception {
    Exploration found =
        explore(
            """
            setup { CREATE TABLE account (id int PRIMARY KEY, balance int); INSERT INTO account VALUES (1, 100); CREATE TABLE told (balance int); }
            queue lab.raises
            fault nack W
            session W
            step wu { UPDATE account SET balance = 110 WHERE id = 1; }
            step wp publish unless failed { lab.raises balance=110 }
            session C consumes lab.raises
            step ci { INSERT INTO told VALUES (:balance::int); }
            step ca ack
            invariant "people are told" { SELECT balance = 100 OR balance IN (SELECT balance FROM told) FROM account }
            """);

    Found failure = Objects.requireNonNull(found.failure());
    assertThat(failure.run().events().stream().map(Event::option).map(option -> option.turn()))
        .contains(Turn.NACK);
  }

  private static Exploration explore(String text) throws Exception {
    try (ScenarioExperiment experiment =
        ScenarioExperiment.open(ScenarioParser.parse("test", text), LabServer.addresses())) {
      Exploration reduced =
          Explorer.explore(experiment, experiment.relation(), Budget.standard(), SILENT);
      assertThat(reduced.reason()).isEmpty();
      return reduced;
    }
  }
}
