package dev.aftercommit.relay.cursor;

import dev.aftercommit.relay.cursor.Cursor.Window;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the outbox window by window: what is visible in one snapshot and was not in the one before.
 * A window is read in pages, in order of position. For events of one key that is commit order: the
 * second writer of a row draws its position while it holds the row lock that the first gave up by
 * committing.
 *
 * <p>Each page is one statement in a transaction of its own. Not thread-safe.
 */
public final class OutboxReader implements AutoCloseable {

  /**
   * The newest position drawn. Asked of the function that the view {@code pg_sequences} uses,
   * because that takes the lock on the sequence's page: whoever selects {@code last_value} reads
   * without it, and while {@code nextval} writes its WAL record (once in 33 times) finds a value up
   * to 32 ahead. With a ceiling so high, events would be passed over for ever.
   */
  static final String LAST_POSITION =
      "coalesce(pg_sequence_last_value('outbox.event_position'), 0)";

  /** Most events of a new window that are compared with the ceiling of the one before. */
  private static final int MOST_CHECKED = 10_000;

  /**
   * The three branches, each with an index: events of transactions that were under way when the
   * last snapshot was taken (they may lie below its ceiling), listed in it or newer than it knows;
   * then everything above the ceiling. OFFSET 0 keeps the first two on the index by xid: by
   * position they would walk through all that was ever delivered.
   */
  private static final String READ_PAGE =
      """
      WITH moment AS MATERIALIZED (
        SELECT coalesce(w.snapshot, pg_current_snapshot()) AS snapshot,
               pg_current_xact_id() AS horizon,
               %2$s AS last_position,
               'outbox.event_position'::regclass::oid::bigint AS sequence,
               ? AND EXISTS (
                 SELECT FROM (
                   SELECT position FROM outbox.event
                   WHERE xid >= ?::xid8 ORDER BY xid LIMIT %3$d) first
                 WHERE position <= ?) AS below_ceiling
        FROM (SELECT ?::pg_snapshot AS snapshot) w
      )
      SELECT m.snapshot::text, m.horizon::text, m.last_position, m.sequence, m.below_ceiling, e.*
      FROM moment m
      LEFT JOIN LATERAL (
        (SELECT %1$s FROM (
            SELECT xid, %1$s FROM outbox.event
            WHERE xid = ANY (ARRAY(SELECT pg_snapshot_xip(?::pg_snapshot)))
            OFFSET 0) listed
          WHERE position > ? AND position <= ? AND shard = ANY (?)
            AND pg_visible_in_snapshot(xid, m.snapshot)
          ORDER BY position LIMIT ?)
        UNION ALL
        (SELECT %1$s FROM (
            SELECT xid, %1$s FROM outbox.event
            WHERE xid >= pg_snapshot_xmax(?::pg_snapshot) AND xid < ?::xid8
            OFFSET 0) newer
          WHERE position > ? AND position <= ? AND shard = ANY (?)
            AND pg_visible_in_snapshot(xid, m.snapshot)
          ORDER BY position LIMIT ?)
        UNION ALL
        (SELECT %1$s FROM outbox.event
          WHERE position > ? AND shard = ANY (?)
            AND pg_visible_in_snapshot(xid, m.snapshot)
            AND NOT pg_visible_in_snapshot(xid, ?::pg_snapshot)
          ORDER BY position LIMIT ?)
        ORDER BY position LIMIT ?
      ) e ON true
      """
          .formatted(StoredEvents.COLUMNS, LAST_POSITION, MOST_CHECKED);

  private static final int FIRST_EVENT_COLUMN = 6;

  /** What a cursor is compared with, to see whether it can be of this database. */
  private static final String MOMENT =
      "SELECT pg_snapshot_xmax(pg_current_snapshot())::text, "
          + LAST_POSITION
          + ", coalesce((SELECT max(xid)::text FROM outbox.event), '0')";

  private final Connection connection;
  private final PreparedStatement readPage;
  private final int pageSize;
  private long lastKnownPosition;

  /** The sequence's object id; another one after it was dropped and restored. 0 before a page. */
  private long sequence;

  /**
   * Takes a connection of its own and gives it back in the end, also when this fails.
   *
   * @param pageSize most events per page
   */
  public OutboxReader(DataSource dataSource, int pageSize) throws SQLException {
    this.connection = dataSource.getConnection();
    this.pageSize = pageSize;
    try {
      this.lastKnownPosition = begin(connection);
      this.readPage = connection.prepareStatement(READ_PAGE);
    } catch (SQLException | RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  private static long begin(Connection connection) throws SQLException {
    connection.setAutoCommit(true);
    try (Statement settings = connection.createStatement()) {
      // An outbox that was empty when it was last analysed must still be read by index once it is
      // full.
      settings.execute("SET enable_seqscan = off; SET enable_bitmapscan = off");
      settings.execute("SET plan_cache_mode = force_generic_plan; SET jit = off");
      try (ResultSet row = settings.executeQuery("SELECT " + LAST_POSITION)) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void closeAfter(Exception failure) {
    try {
      connection.close();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * A page of events.
   *
   * @param events in order of position
   * @param end the cursor once all of them are settled
   */
  public record Page(List<StoredEvent> events, Cursor end) {

    /** Whether the window has been read to its end with this page. */
    public boolean endsWindow() {
      return end.open() == null;
    }
  }

  /**
   * Where the database stands now.
   *
   * @throws RewoundOutboxException when it holds events of another cluster's transactions
   */
  public Moment moment() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(MOMENT)) {
      row.next();
      long nextXid = Long.parseUnsignedLong(row.getString(1));
      long newestXid = Long.parseUnsignedLong(row.getString(3));
      if (Long.compareUnsigned(newestXid, nextXid) >= 0) {
        throw RewoundOutboxException.foreignEvents(newestXid, nextXid);
      }
      return new Moment(nextXid, row.getLong(2));
    }
  }

  /**
   * Reads the page after {@code cursor} for the shards.
   *
   * @param next the window to go on with when the cursor is between windows; null for one up to
   *     this moment
   * @throws RewoundOutboxException when positions are drawn again that were drawn before, so that
   *     events below the ceiling would be passed over
   */
  public Page read(Collection<Short> shards, Cursor cursor, @Nullable Window next)
      throws SQLException {
    Window open = cursor.open() == null ? next : cursor.open();
    // Read before this statement's snapshot is taken, so no later transaction can have drawn a
    // lower position.
    long ceiling = lastKnownPosition;
    bind(shards, cursor, open);
    List<StoredEvent> events = new ArrayList<>();
    Window window = open;
    try (ResultSet rows = readPage.executeQuery()) {
      while (rows.next()) {
        if (window == null) {
          window =
              new Window(rows.getString(1), Long.parseUnsignedLong(rows.getString(2)), ceiling);
        }
        requireSameSequence(rows.getLong(4));
        requireNoRewind(rows.getLong(3), rows.getBoolean(5), cursor.delivered());
        lastKnownPosition = rows.getLong(3);
        if (rows.getObject(FIRST_EVENT_COLUMN) != null) {
          events.add(StoredEvents.read(rows, FIRST_EVENT_COLUMN));
        }
      }
    }
    if (window == null) {
      throw new IllegalStateException("the outbox query returned no row; it always returns one");
    }
    Cursor end =
        events.size() < pageSize
            ? Cursor.at(window)
            : cursor.within(window, events.getLast().position());
    return new Page(events, end);
  }

  private void requireSameSequence(long found) throws RewoundOutboxException {
    if (sequence != 0 && sequence != found) {
      throw RewoundOutboxException.positions("the sequence is another one");
    }
    sequence = found;
  }

  /**
   * Positions only grow, and transactions from the horizon on draw theirs above the ceiling; unless
   * the sequence was set back, by hand or by a restore.
   */
  private void requireNoRewind(long lastPosition, boolean belowCeiling, Window delivered)
      throws RewoundOutboxException {
    long known = Math.max(lastKnownPosition, delivered.ceiling());
    if (lastPosition < known) {
      throw RewoundOutboxException.positions(
          "the newest is %d now and was %d before".formatted(lastPosition, known));
    }
    if (belowCeiling) {
      throw RewoundOutboxException.positions(
          "new events have positions up to %d, which were drawn before"
              .formatted(delivered.ceiling()));
    }
  }

  private void bind(Collection<Short> shards, Cursor cursor, @Nullable Window open)
      throws SQLException {
    Window delivered = cursor.delivered();
    long position = open == null ? 0 : cursor.position();
    var shardArray = connection.createArrayOf("int2", shards.toArray());
    int i = 1;
    readPage.setBoolean(i++, cursor.open() == null);
    readPage.setString(i++, Long.toUnsignedString(delivered.horizon()));
    readPage.setLong(i++, delivered.ceiling());
    readPage.setString(i++, open == null ? null : open.snapshot());

    readPage.setString(i++, delivered.snapshot());
    readPage.setLong(i++, position);
    readPage.setLong(i++, delivered.ceiling());
    readPage.setArray(i++, shardArray);
    readPage.setInt(i++, pageSize);

    readPage.setString(i++, delivered.snapshot());
    readPage.setString(i++, Long.toUnsignedString(delivered.horizon()));
    readPage.setLong(i++, position);
    readPage.setLong(i++, delivered.ceiling());
    readPage.setArray(i++, shardArray);
    readPage.setInt(i++, pageSize);

    readPage.setLong(i++, Math.max(position, delivered.ceiling()));
    readPage.setArray(i++, shardArray);
    readPage.setString(i++, delivered.snapshot());
    readPage.setInt(i++, pageSize);

    readPage.setInt(i, pageSize);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
