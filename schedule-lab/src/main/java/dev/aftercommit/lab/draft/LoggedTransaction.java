package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.sql.Statement.Kind;
import java.util.ArrayList;
import java.util.List;

/** A transaction that a log tells of: a block, or one statement outside of any. */
final class LoggedTransaction {

  private final String vxid;
  private final String database;
  private final String application;
  private final List<LoggedStatement> statements = new ArrayList<>();
  private Level level;
  private long txid;
  private boolean block;
  private long settledLine = Long.MAX_VALUE;
  private double settledMillis = Double.MAX_VALUE;

  LoggedTransaction(LogLine first, Level level) {
    this.vxid = first.vxid();
    this.database = first.database();
    this.application = first.application();
    this.level = level;
  }

  void add(LoggedStatement statement) {
    statements.add(statement);
    block |= statement.begins();
  }

  void wrote(long txid) {
    this.txid = txid;
  }

  void at(Level level) {
    this.level = level;
  }

  /**
   * Outside of a block an extended query commits after its last line; it is over for sure when the
   * session goes on.
   */
  void settle(LogLine line) {
    settledLine = line.number();
    settledMillis = line.millis();
  }

  String vxid() {
    return vxid;
  }

  /** Its number; 0 if it wrote nothing, or was over before a line could say so. */
  long txid() {
    return txid;
  }

  String database() {
    return database;
  }

  String application() {
    return application;
  }

  Level level() {
    return level;
  }

  boolean isBlock() {
    return block;
  }

  List<LoggedStatement> statements() {
    return List.copyOf(statements);
  }

  /** The statements that read or change something. */
  List<LoggedStatement> data() {
    return statements.stream().filter(LoggedStatement::isData).toList();
  }

  boolean isOver() {
    return statements.stream().anyMatch(LoggedStatement::ends);
  }

  boolean committed() {
    boolean failed = statements.stream().anyMatch(LoggedStatement::failed);
    boolean ended = !block || statements.stream().anyMatch(s -> s.has(Kind.COMMIT));
    // A failure inside a savepoint is forgiven by a rollback to it.
    boolean forgiven = statements.stream().anyMatch(s -> s.has(Kind.ROLLBACK) && !s.ends());
    return ended && (!failed || forgiven) && !statements.isEmpty();
  }

  /** From its first statement to its last. */
  Interval interval() {
    Interval first = statements.getFirst().interval();
    Interval end = end();
    return new Interval(first.first(), first.begin(), first.announced(), end.last(), end.end());
  }

  /** When its changes became visible, or were undone. */
  Interval end() {
    Interval last = statements.getLast().interval();
    return block && !isOver()
        ? new Interval(last.first(), last.begin(), false, Long.MAX_VALUE, Double.MAX_VALUE)
        : last;
  }

  /** The same, as late as it can have been. */
  Interval settledEnd() {
    Interval end = end();
    return block
        ? end
        : new Interval(end.first(), end.begin(), end.announced(), settledLine, settledMillis);
  }
}
