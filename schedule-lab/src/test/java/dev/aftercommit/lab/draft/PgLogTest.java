package dev.aftercommit.lab.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PgLogTest {

  @TempDir Path folder;

  private final LogFile log = new LogFile();

  private List<LoggedTransaction> read() throws IOException {
    return PgLog.read(log.writeTo(folder)).transactions();
  }

  @Test
  void parametersArePutInAndDollarsInStringsAreNot() throws IOException {
    log.extended(1, "1/2", "UPDATE t SET v = $1, w = '$2' WHERE id = $2", "it's", "7");

    assertThat(read().getFirst().statements().getFirst().sql().text())
        .isEqualTo("UPDATE t SET v = 'it''s', w = '$2' WHERE id = '7'");
  }

  @Test
  void anExtendedQueryBeginsWhenItIsParsedAndEndsWithItsOwnDuration() throws IOException {
    log.extended(1, "1/2", "SELECT 1");

    Interval interval = read().getFirst().statements().getFirst().interval();
    assertThat(interval.first()).isEqualTo(1);
    assertThat(interval.begin()).isEqualTo(LogFile.BEGIN - 0.1);
    assertThat(interval.last()).isEqualTo(4);
  }

  @Test
  void aBlockIsOneTransactionAndAStatementOutsideIsOneToo() throws IOException {
    log.simple(1, "1/2", "BEGIN")
        .extended(1, "1/2", "UPDATE t SET v = 1")
        .extended(1, "1/2", "COMMIT")
        .extended(1, "1/3", "UPDATE t SET v = 2")
        .simple(1, "1/4", "BEGIN")
        .extended(1, "1/4", "UPDATE t SET v = 3");

    List<LoggedTransaction> transactions = read();

    assertThat(transactions)
        .extracting(LoggedTransaction::vxid)
        .containsExactly("1/2", "1/3", "1/4");
    assertThat(transactions)
        .extracting(LoggedTransaction::committed)
        .containsExactly(true, true, false);
    assertThat(transactions.get(2).end().last()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aWaitNamesTheTransactionThatHeldTheLock() throws IOException {
    log.simple(1, "1/2", "BEGIN")
        .extended(1, "1/2", "UPDATE t SET v = 1")
        .begun(2, "2/2", "UPDATE t SET v = 2")
        .waits(2, "2/2", 1)
        .extended(1, "1/2", "COMMIT")
        .granted(2, "2/2")
        .ended(2, "2/2", "UPDATE");

    List<LoggedTransaction> transactions = read();

    LoggedStatement.Wait wait =
        Objects.requireNonNull(transactions.get(1).statements().getFirst().waited());
    assertThat(wait.holders()).containsExactly(transactions.getFirst());
    assertThat(wait.granted()).isEqualTo(15);
  }

  @Test
  void anErrorEndsItsStatementAndTheBlockIsNotCommitted() throws IOException {
    log.simple(1, "1/2", "BEGIN")
        .begun(1, "1/2", "SELECT 1 / 0")
        .failed(1, "1/2", "22012", "division by zero", "SELECT 1 / 0")
        .simple(1, "1/0", "COMMIT")
        .failed(1, "1/3", "42601", "syntax error", "SELEC 1")
        .simple(1, "1/4", "SELECT 3");

    List<LoggedTransaction> transactions = read();

    assertThat(transactions).hasSize(3);
    assertThat(transactions.getFirst().committed()).isFalse();
    assertThat(transactions.getFirst().statements().get(1).error())
        .isEqualTo("22012 division by zero");
    assertThat(transactions.get(1).statements().getFirst().failed()).isTrue();
    assertThat(transactions.get(2).committed()).isTrue();
  }

  @Test
  void aLineThatIsCutOffIsCounted() throws IOException {
    log.simple(1, "1/2", "SELECT 1").text("{\"timestamp\":\"2026");

    PgLog read = PgLog.read(log.writeTo(folder));

    assertThat(read.unreadable()).isEqualTo(1);
    assertThat(read.transactions()).hasSize(1);
  }

  @Test
  void aLogWithoutStatementsIsRefusedWithTheSettings() {
    log.ended(1, "1/2", "PARSE");

    assertThatThrownBy(this::read)
        .isInstanceOf(DraftException.class)
        .hasMessageContaining("log_statement = 'all'");
  }

  @Test
  void orderIsSureOnlyIfTheLinesAndTheTimesSaySo() {
    Interval commit = new Interval(1, 100, true, 2, 101);

    assertThat(commit.surelyBefore(new Interval(3, 101, true, 4, 105))).isTrue();
    assertThat(commit.surelyBefore(new Interval(3, 102, false, 4, 105))).isTrue();
    assertThat(commit.surelyBefore(new Interval(3, 101.5, false, 4, 105))).isFalse();
    assertThat(commit.overlaps(new Interval(2, 100, true, 4, 105))).isTrue();
  }
}
