package dev.aftercommit.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.amqp.AmqpStep.Kind;
import org.junit.jupiter.api.Test;

/** What goes wrong between the database and a cache or a queue has a name too. */
class ElsewhereTest {

  private static final String READ = "SELECT v FROM account WHERE id = 1";
  private static final String WRITE = "UPDATE account SET v = 2 WHERE id = 1";

  @Test
  void aFillFromAnOldSnapshotStays() {
    assertThat(
            new Story()
                .get("B", "account:1", "(nil)")
                .sql("B", READ, "SELECT 1")
                .sql("A", WRITE, "UPDATE 1")
                .commit("A")
                .put("A", "DEL", "account:1")
                .put("B", "SET", "account:1")
                .why())
        .isEqualTo(
            "at 2 B reads account (id = 1) before A has committed its change of it at 4 (B →rw A), and at 6 it puts the old value into key account:1, which A cleared at 5, too early for this. Nothing takes it away again: stale read (cf. G-single-realtime).");
  }

  @Test
  void anInvalidationBeforeTheCommitIsTooEarly() {
    assertThat(
            new Story()
                .sql("A", WRITE, "UPDATE 1")
                .put("A", "DEL", "account:1")
                .get("B", "account:1", "(nil)")
                .sql("B", READ, "SELECT 1")
                .put("B", "SET", "account:1")
                .commit("A")
                .why())
        .contains("which A cleared at 2, before its commit", "stale read (cf. G-single-realtime)");
  }

  @Test
  void aFillThatIsTakenAwayLaterIsNotTheReason() {
    assertThat(
            new Story()
                .sql("B", READ, "SELECT 1")
                .sql("A", WRITE, "UPDATE 1")
                .commit("A")
                .put("B", "SET", "account:1")
                .put("A", "DEL", "account:1")
                .why())
        .doesNotContain("stale read");
  }

  @Test
  void whatIsCachedBeforeARollbackIsADirtyRead() {
    assertThat(
            new Story()
                .sql("A", WRITE, "UPDATE 1")
                .put("A", "SET", "account:1")
                .get("B", "account:1", "2")
                .rollback("A")
                .why())
        .contains("at 3 B takes from key account:1", "G1a (aborted read) through the cache");
  }

  @Test
  void aBulkUpdatePassesTheCacheBy() {
    assertThat(
            new Story()
                .sql("A", "UPDATE account SET v = 0", "UPDATE 9")
                .commit("A")
                .get("B", "account:1", "1")
                .why())
        .contains("nobody has touched since A changed account at 1 and committed at 2");
  }

  @Test
  void aBulkUpdateForgetsTheCache() {
    assertThat(
            new Story()
                .sql("A", WRITE, "UPDATE 1")
                .commit("A")
                .put("A", "DEL", "account:1")
                .sql("B", "UPDATE account SET v = 0", "UPDATE 9")
                .commit("B")
                .why())
        .contains("B changes account at 4, commits at 5 and clears nothing");
  }

  @Test
  void theLaterCommitIsOverwrittenInTheCache() {
    assertThat(
            new Story()
                .sql("A", WRITE, "UPDATE 1")
                .commit("A")
                .sql("B", WRITE, "UPDATE 1")
                .commit("B")
                .put("B", "SET", "account:1")
                .put("A", "SET", "account:1")
                .why())
        .contains("lost update in the cache (cf. P4)");
  }

  @Test
  void aMessageOvertakesItsCommit() {
    assertThat(
            new Story()
                .sql("A", WRITE, "UPDATE 1")
                .amqp("A", Kind.PUBLISH, "mail", Turn.RUN)
                .amqp("B", Kind.DELIVER, "mail", Turn.RUN)
                .sql("B", READ, "SELECT 1")
                .commit("A")
                .why())
        .contains("A's change is committed only at 5 (B →rw A): stale read via message");
  }

  @Test
  void aMessageSurvivesARollback() {
    assertThat(
            new Story()
                .sql("A", WRITE, "UPDATE 1")
                .amqp("A", Kind.PUBLISH, "mail", Turn.RUN)
                .rollback("A")
                .why())
        .contains("G1a (aborted read) through the queue");
  }

  @Test
  void aCommitIsNotToldWhenPublishingFails() {
    assertThat(
            new Story()
                .sql("A", WRITE, "UPDATE 1")
                .commit("A")
                .amqp("A", Kind.PUBLISH, "mail", Turn.NACK)
                .why())
        .contains("at 3 its message is not sent (nack)", "no atomicity across systems");
  }

  @Test
  void aMessageThatComesTwiceIsAppliedTwice() {
    String deposit = "UPDATE account SET v = v + 10 WHERE id = 1";
    assertThat(
            new Story()
                .amqp("B", Kind.DELIVER, "mail", Turn.RUN)
                .sql("B", deposit, "UPDATE 1")
                .commit("B")
                .amqp("B", Kind.ACK, "mail", Turn.CONSUMER_DIES)
                .amqp("B", Kind.DELIVER, "mail", Turn.RUN)
                .sql("B", deposit, "UPDATE 1")
                .commit("B")
                .why())
        .contains(
            "again at 5 (consumer dies at 4)", "duplicate delivery (cf. Elle's duplicate writes)");
  }

  @Test
  void theOlderMessageIsWrittenLast() {
    assertThat(
            new Story()
                .amqp("A", Kind.DELIVER, "mail", Turn.RUN)
                .amqp("B", Kind.DELIVER, "mail", Turn.RUN)
                .sql("B", WRITE, "UPDATE 1")
                .commit("B")
                .sql("A", WRITE, "UPDATE 1")
                .commit("A")
                .why())
        .contains("messages out of order (cf. lost update)");
  }
}
