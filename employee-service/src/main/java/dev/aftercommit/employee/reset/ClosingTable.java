package dev.aftercommit.employee.reset;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The statements of a closing, on a connection in auto-commit mode: each is a transaction. */
final class ClosingTable {

  private static final String BEGIN_COUNTING =
      """
      INSERT INTO daily_reset (day, first_day, finished_at)
      SELECT ?, ?, now() WHERE NOT EXISTS (SELECT FROM daily_reset)
      ON CONFLICT DO NOTHING
      """;

  private static final String OPEN =
      """
      INSERT INTO daily_reset (day, first_day, total)
      SELECT day, coalesce(latest + 1, day), (SELECT count(*) FROM employee_activity)
      FROM (SELECT ?::date AS day, (SELECT max(day) FROM daily_reset) AS latest) AS wanted
      WHERE (latest IS NULL OR latest < day) AND ?::timestamptz <= now()
      ON CONFLICT DO NOTHING
      """;

  private static final String CLAIM =
      """
      UPDATE daily_reset SET runner = ?, lease_until = now() + ? * interval '1 millisecond'
      WHERE finished_at IS NULL AND (runner IS NULL OR lease_until < now())
      RETURNING day, first_day, last_employee
      """;

  private static final String NEXT =
      "SELECT min(employee_id) FROM employee_activity WHERE employee_id > ?";

  private static final String FINISH =
      """
      UPDATE daily_reset SET finished_at = now(), runner = NULL, lease_until = NULL
      WHERE day = ? AND runner = ? AND last_employee = ? AND finished_at IS NULL
      """;

  private static final String LATEST =
      """
      SELECT day, first_day, total, CASE WHEN finished_at IS NULL THEN
          (SELECT count(*) FROM employee_activity WHERE employee_id <= last_employee)
        ELSE total END, closed, started_at, finished_at, clock_timestamp()
      FROM daily_reset ORDER BY day DESC LIMIT 1
      """;

  /** The first version of PostgreSQL whose UPDATE can return what the row held before. */
  private static final int RETURNS_OLD = 18;

  private final Connection connection;
  private final boolean returnsOld;

  ClosingTable(Connection connection) throws SQLException {
    this(connection, connection.getMetaData().getDatabaseMajorVersion());
  }

  ClosingTable(Connection connection, int serverVersion) {
    this.connection = connection;
    this.returnsOld = serverVersion >= RETURNS_OLD;
  }

  /** A closing that this runner has to itself, and how far it has come. */
  record Claim(LocalDate day, LocalDate firstDay, UUID runner, long lastEmployee) {

    Claim at(long employee) {
      return new Claim(day, firstDay, runner, employee);
    }
  }

  /** The latest closing, and what time it was in the database. */
  record Look(ClosingProgress latest, Instant now) {}

  void beginCounting(LocalDate closed) throws SQLException {
    update(BEGIN_COUNTING, closed, closed);
  }

  /**
   * Opens the closing of the days up to this one.
   *
   * @param begin when that day begins; nothing is opened before that, by the database's own time
   */
  void open(LocalDate day, Instant begin) throws SQLException {
    update(OPEN, day, begin.atOffset(ZoneOffset.UTC));
  }

  Optional<Claim> claim(Duration lease) throws SQLException {
    UUID runner = UUID.randomUUID();
    try (PreparedStatement claim = prepare(CLAIM, runner, lease.toMillis());
        ResultSet row = claim.executeQuery()) {
      return row.next()
          ? Optional.of(
              new Claim(
                  row.getObject(1, LocalDate.class),
                  row.getObject(2, LocalDate.class),
                  runner,
                  row.getLong(3)))
          : Optional.empty();
    }
  }

  /**
   * Gives the history of a day its place. Attaching a table, unlike creating it as a partition,
   * waits for no reader of the history and lets none wait.
   *
   * @param lockWait longest wait for somebody else who changes the form of the history
   */
  void createPartition(LocalDate day, Duration lockWait) throws SQLException {
    execute(
        """
        DO $$ BEGIN
          IF to_regclass('%1$s') IS NULL THEN
            SET LOCAL lock_timeout = %2$d;
            CREATE TABLE %1$s (LIKE activity_history INCLUDING ALL);
            ALTER TABLE activity_history ATTACH PARTITION %1$s FOR VALUES FROM ('%3$s') TO ('%4$s');
          END IF;
        END $$
        """
            .formatted(partitionOf(day), lockWait.toMillis(), day, day.plusDays(1)));
  }

  /** The first employee behind this one; empty when it was the last. */
  OptionalLong next(long after) throws SQLException {
    try (PreparedStatement next = prepare(NEXT, after);
        ResultSet row = next.executeQuery()) {
      row.next();
      long first = row.getLong(1);
      return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(first);
    }
  }

  /**
   * Closes the employees up to that key; tells whether the closing was still this runner's, at this
   * place.
   */
  boolean close(Claim claim, long last, Duration lease) throws SQLException {
    return update(
            closeInto(partitionOf(claim.firstDay())),
            claim.day(),
            claim.runner(),
            claim.lastEmployee(),
            claim.lastEmployee(),
            last,
            last,
            lease.toMillis())
        == 1;
  }

  /**
   * One statement is one transaction, whatever becomes of its client: no lock outlives it. The
   * first part lets it do nothing when the closing is no longer at this place or has been taken
   * over. The rows go straight to their partition: looking for it row by row takes time. Older
   * servers keep what a row held before in the row itself, since they return only what it holds.
   */
  private String closeInto(String partition) {
    return """
    WITH mine AS (
      SELECT day, first_day FROM daily_reset
      WHERE day = ? AND runner = ? AND last_employee = ? AND finished_at IS NULL
      FOR UPDATE
    ), closed AS (
      UPDATE employee_activity
      SET %sdaily_change = 0, changes_today = 0
      FROM mine
      WHERE employee_id > ? AND employee_id <= ? AND changes_today > 0
      RETURNING first_day, employee_id, %s
    ), kept AS (
      INSERT INTO %s (day, employee_id, change, changes) SELECT * FROM closed
    )
    UPDATE daily_reset
    SET last_employee = ?, closed = closed + (SELECT count(*) FROM closed),
      lease_until = now() + ? * interval '1 millisecond'
    WHERE day = (SELECT day FROM mine)
    """
        .formatted(
            returnsOld ? "" : "closed_change = daily_change, closed_changes = changes_today, ",
            returnsOld ? "old.daily_change, old.changes_today" : "closed_change, closed_changes",
            partition);
  }

  boolean finish(Claim claim) throws SQLException {
    return update(FINISH, claim.day(), claim.runner(), claim.lastEmployee()) == 1;
  }

  Optional<Look> latest() throws SQLException {
    try (PreparedStatement select = prepare(LATEST);
        ResultSet row = select.executeQuery()) {
      return row.next() ? Optional.of(new Look(progress(row), instant(row, 8))) : Optional.empty();
    }
  }

  Instant now() throws SQLException {
    try (PreparedStatement select = prepare("SELECT clock_timestamp()");
        ResultSet row = select.executeQuery()) {
      row.next();
      return instant(row, 1);
    }
  }

  /** From now on the server itself cancels what would keep others waiting, until it is closed. */
  Limited limit(ClosingLimits limits) throws SQLException {
    execute("SET statement_timeout = " + limits.maxTime().toMillis());
    execute("SET lock_timeout = " + limits.lockWait().toMillis());
    return () -> {
      execute("RESET statement_timeout");
      execute("RESET lock_timeout");
    };
  }

  /** Gives the connection back as it came. */
  interface Limited extends AutoCloseable {

    @Override
    void close() throws SQLException;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String partitionOf(LocalDate day) {
    return "activity_history_" + day.format(DateTimeFormatter.BASIC_ISO_DATE);
  }

  private static ClosingProgress progress(ResultSet row) throws SQLException {
    @Nullable OffsetDateTime finishedAt = row.getObject(7, OffsetDateTime.class);
    boolean finished = finishedAt != null;
    long total = row.getLong(3);
    long passed = row.getLong(4);
    return new ClosingProgress(
        row.getObject(1, LocalDate.class),
        row.getObject(2, LocalDate.class),
        finished ? ClosingProgress.State.FINISHED : ClosingProgress.State.RUNNING,
        ClosingProgress.percent(finished, passed, total),
        total,
        passed,
        row.getLong(5),
        instant(row, 6),
        finishedAt == null ? null : finishedAt.toInstant());
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private int update(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepare(sql, parameters)) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }
}
