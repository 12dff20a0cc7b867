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

  /**
   * The three branches, each with an index: events of transactions that were under way when the
   * last snapshot was taken (they may lie below its ceiling), listed in it or newer than it knows;
   * then everything above the ceiling. OFFSET 0 keeps the first two on the index by xid: by
   * position they would walk through all that was ever delivered.
   */
  private static final String READ_PAGE =
      """
      WITH moment AS MATERIALIZED (
        SELECT coalesce(?::pg_snapshot, pg_current_snapshot()) AS snapshot,
               pg_current_xact_id() AS horizon,
               %2$s AS last_position
      )
      SELECT m.snapshot::text, m.horizon::text, m.last_position, e.*
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
          .formatted(StoredEvents.COLUMNS, LAST_POSITION);

  private static final int FIRST_EVENT_COLUMN = 4;

  private final Connection connection;
  private final PreparedStatement readPage;
  private final int pageSize;
  private long lastKnownPosition;

  /**
   * Takes over the connection and closes it in the end.
   *
   * @param pageSize most events per page
   */
  public OutboxReader(Connection connection, int pageSize) throws SQLException {
    this.connection = connection;
    this.pageSize = pageSize;
    connection.setAutoCommit(true);
    try (Statement settings = connection.createStatement()) {
      // An outbox that was empty when it was last analysed must still be read by index once it is
      // full.
      settings.execute("SET enable_seqscan = off; SET enable_bitmapscan = off");
      settings.execute("SET plan_cache_mode = force_generic_plan; SET jit = off");
      try (ResultSet row = settings.executeQuery("SELECT " + LAST_POSITION)) {
        row.next();
        lastKnownPosition = row.getLong(1);
      }
    }
    this.readPage = connection.prepareStatement(READ_PAGE);
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
   * Reads the page after {@code cursor} for the shards.
   *
   * @param next the window to go on with when the cursor is between windows; null for one up to
   *     this moment
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

  private void bind(Collection<Short> shards, Cursor cursor, @Nullable Window open)
      throws SQLException {
    Window delivered = cursor.delivered();
    long position = open == null ? 0 : cursor.position();
    var shardArray = connection.createArrayOf("int2", shards.toArray());
    int i = 1;
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
