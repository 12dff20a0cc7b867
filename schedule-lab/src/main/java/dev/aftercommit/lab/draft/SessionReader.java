package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.draft.LoggedStatement.Wait;
import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts the lines of one session together to statements and transactions. */
final class SessionReader {

  private static final Pattern SIMPLE = Pattern.compile("statement: (.*)", Pattern.DOTALL);
  private static final Pattern EXTENDED = Pattern.compile("execute \\S+: (.*)", Pattern.DOTALL);
  private static final Pattern DURATION =
      Pattern.compile("duration: ([0-9.]+) ms.*", Pattern.DOTALL);
  private static final Pattern WAITS = Pattern.compile("process \\d+ still waiting for .*");
  private static final Pattern GRANTED = Pattern.compile("process \\d+ acquired .*");
  private static final Pattern HOLDERS =
      Pattern.compile("Process(?:es)? holding the lock: ([0-9, ]+)\\..*", Pattern.DOTALL);
  private static final Pattern PARAMETER =
      Pattern.compile("\\$\\d+ = (?:NULL|'((?:[^']|'')*+)')", Pattern.DOTALL);
  private static final Pattern LEVEL =
      Pattern.compile(
          "(?is).*isolation level (read uncommitted|read committed|repeatable read|serializable).*");

  private final Function<Integer, @Nullable LoggedTransaction> transactionOf;
  private final List<LoggedTransaction> all;
  private Level sessionLevel = Level.READ_COMMITTED;
  private @Nullable LoggedTransaction current;
  private @Nullable LoggedTransaction unsettled;
  private @Nullable Running running;

  /** Where the cycle of an extended query began that is not announced yet. */
  private @Nullable LogLine prepared;

  private double preparedMillis;

  /** A statement that has begun and not ended. */
  private static final class Running {
    final SqlText sql;
    final LogLine first;
    final double begin;
    final boolean announced;
    List<LoggedTransaction> holders = List.of();
    boolean waits;
    long granted = Long.MAX_VALUE;

    Running(SqlText sql, LogLine first, double begin, boolean announced) {
      this.sql = sql;
      this.first = first;
      this.begin = begin;
      this.announced = announced;
    }
  }

  /**
   * A reader that has read nothing.
   *
   * @param all where new transactions go
   * @param transactionOf what the process of a session is in at the moment
   */
  SessionReader(
      List<LoggedTransaction> all, Function<Integer, @Nullable LoggedTransaction> transactionOf) {
    this.all = all;
    this.transactionOf = transactionOf;
  }

  @Nullable LoggedTransaction current() {
    return current;
  }

  void take(LogLine line) {
    if (unsettled != null) {
      unsettled.settle(line);
      unsettled = null;
    }
    Matcher simple = SIMPLE.matcher(line.message());
    Matcher extended = EXTENDED.matcher(line.message());
    Matcher duration = DURATION.matcher(line.message());
    if (line.severity().equals("ERROR") || line.severity().equals("FATAL")) {
      fail(line);
    } else if (simple.matches()) {
      finish(line, "");
      begin(line, new Running(SqlText.of(simple.group(1)), line, line.millis(), true));
    } else if (line.message().startsWith("execute fetch from ")) {
      // The rows of a cursor were fixed when it was opened.
      prepared = null;
    } else if (extended.matches()) {
      finish(line, "");
      LogLine first = Objects.requireNonNullElse(prepared, line);
      double begin = prepared == null ? line.millis() : preparedMillis;
      SqlText sql = SqlText.of(extended.group(1)).with(parameters(line.detail()));
      begin(line, new Running(sql, first, begin, false));
    } else if (duration.matches()) {
      ended(line, Double.parseDouble(duration.group(1)));
    } else {
      lock(line);
    }
  }

  private static List<@Nullable String> parameters(String detail) {
    List<@Nullable String> values = new ArrayList<>();
    Matcher matcher = PARAMETER.matcher(detail);
    while (matcher.find()) {
      String value = matcher.group(1);
      values.add(value == null ? null : value.replace("''", "'"));
    }
    return values;
  }

  private void begin(LogLine line, Running statement) {
    prepared = null;
    running = statement;
    LoggedTransaction open = current;
    boolean same = open != null && (open.isBlock() || open.vxid().equals(line.vxid()));
    if (!same) {
      open = new LoggedTransaction(line, sessionLevel);
      all.add(open);
      current = open;
    }
  }

  /** A line says how long something took: preparing, or the statement itself. */
  private void ended(LogLine line, double millis) {
    boolean prepares = line.display().equals("PARSE") || line.display().equals("BIND");
    if (!prepares) {
      finish(line, "");
    } else if (prepared == null) {
      prepared = line;
      preparedMillis = line.millis() - millis;
    }
  }

  private void fail(LogLine line) {
    if (running == null && !line.statement().isEmpty()) {
      LogLine first = Objects.requireNonNullElse(prepared, line);
      begin(line, new Running(SqlText.of(line.statement()), first, first.millis(), false));
    }
    finish(line, (line.state() + " " + line.message()).strip());
  }

  private void finish(LogLine line, String error) {
    Running ended = running;
    LoggedTransaction transaction = current;
    if (ended == null || transaction == null) {
      return;
    }
    running = null;
    if (line.txid() != 0) {
      transaction.wrote(line.txid());
    }
    LoggedStatement statement =
        new LoggedStatement(
            ended.sql,
            ended.sql.shape(),
            Statement.parse(ended.sql.text()),
            new Interval(
                ended.first.number(), ended.begin, ended.announced, line.number(), line.millis()),
            ended.waits ? new Wait(ended.holders, ended.granted) : null,
            error);
    transaction.add(statement);
    levels(statement, transaction);
    if (statement.ends()) {
      current = null;
    } else if (!transaction.isBlock()) {
      if (ended.announced || !error.isEmpty()) {
        transaction.settle(line);
        current = null;
      } else {
        unsettled = transaction;
      }
    }
  }

  private void levels(LoggedStatement statement, LoggedTransaction transaction) {
    Matcher named = LEVEL.matcher(statement.sql().line());
    if (statement.has(Statement.Kind.LOCAL) && named.matches()) {
      Level level =
          named.group(1).equalsIgnoreCase("read uncommitted")
              ? Level.READ_COMMITTED
              : Level.of(named.group(1));
      if (statement.statements().getFirst().words().contains("session")) {
        sessionLevel = level;
      } else {
        transaction.at(level);
      }
    }
  }

  private void lock(LogLine line) {
    Running waiting = running;
    if (waiting == null) {
      return;
    }
    if (WAITS.matcher(line.message()).matches()) {
      waiting.waits = true;
      waiting.holders = holders(line.detail());
    } else if (GRANTED.matcher(line.message()).matches()) {
      waiting.granted = line.number();
    }
  }

  private List<LoggedTransaction> holders(String detail) {
    Matcher matcher = HOLDERS.matcher(detail);
    if (!matcher.matches()) {
      return List.of();
    }
    return Arrays.stream(matcher.group(1).split(", ", -1))
        .map(pid -> transactionOf.apply(Integer.parseInt(pid.strip())))
        .filter(Objects::nonNull)
        .toList();
  }

  /** Takes note that the log ends here. */
  void end() {
    finish(LogLine.end(), "the log ends here");
  }
}
