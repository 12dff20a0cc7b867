package dev.aftercommit.lab.observe;

import dev.aftercommit.lab.observe.Observation.Lock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who has locked which rows. PostgreSQL keeps no list of row locks: a row names the transaction
 * that has locked or changed it (xmax), pg_locks names the session of that transaction, and a
 * waiting session holds or awaits a tuple lock on the row that it wants.
 */
final class RowLocks {

  private static final String LOCKS =
      """
      SELECT pid, locktype, mode, granted, transactionid::text,
        relation::bigint, relation::regclass::text, format('(%s,%s)', page, tuple),
        CASE WHEN locktype = 'advisory' THEN
          CASE objsubid WHEN 1 THEN ((classid::bigint << 32) | objid::bigint)::text
          ELSE classid || ',' || objid END END
      FROM pg_locks
      WHERE mode <> 'SIReadLock' AND pid <> pg_backend_pid()
        AND (database IS NULL OR database IN
          (0, (SELECT oid FROM pg_database WHERE datname = current_database())))
      """;

  /** Modes that plain statements do not take. */
  private static final Set<String> TABLE_LOCKS =
      Set.of("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock");

  private static final String UNCOMMITTED = "uncommitted row";

  private final Connection control;
  private final IntFunction<@Nullable String> actors;
  private final List<Locked> rows = new ArrayList<>();

  private record Locked(String place, String xmax, String name) {}

  private record Entry(
      String actor, String type, boolean granted, String transaction, String place, String name) {}

  RowLocks(Connection control, IntFunction<@Nullable String> actors) {
    this.control = control;
    this.actors = actors;
  }

  /** Takes note of a committed row. */
  void add(long table, String ctid, String xmax, String name) {
    rows.add(new Locked(table + ctid, xmax, name));
  }

  List<Lock> read() throws SQLException {
    List<Entry> entries = entries();
    Map<String, String> owners = new HashMap<>();
    for (Entry entry : entries) {
      if (entry.granted() && entry.type().equals("transactionid")) {
        owners.put(entry.transaction(), entry.actor());
      }
    }
    Map<String, Set<String>> holders = new TreeMap<>();
    for (Locked row : rows) {
      for (String owner : owners(row.xmax(), owners)) {
        add(holders, row.name(), owner);
      }
    }
    Map<String, Set<String>> waiters = new TreeMap<>();
    for (Entry entry : entries) {
      if (!entry.granted()) {
        String what = entry.name().isEmpty() ? wanted(entry, entries) : entry.name();
        add(waiters, what, entry.actor());
        String owner = owners.get(entry.transaction());
        if (owner != null) {
          add(holders, what, owner);
        }
      } else if (!entry.name().isEmpty()) {
        add(holders, entry.name(), entry.actor());
      }
    }
    return locks(holders, waiters);
  }

  private static void add(Map<String, Set<String>> to, String what, String actor) {
    to.computeIfAbsent(what, name -> new TreeSet<>()).add(actor);
  }

  private static List<Lock> locks(
      Map<String, Set<String>> holders, Map<String, Set<String>> waiters) {
    List<Lock> locks = new ArrayList<>();
    holders.forEach(
        (what, by) -> {
          for (String holder : by) {
            Set<String> others = new TreeSet<>(waiters.getOrDefault(what, Set.of()));
            others.remove(holder);
            locks.add(new Lock(holder, what, List.copyOf(others)));
          }
        });
    return locks;
  }

  /** The row that a session wants which waits for a transaction or for its turn at the row. */
  private String wanted(Entry waiting, List<Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.actor().equals(waiting.actor()) && entry.type().equals("tuple"))
        .flatMap(entry -> rows.stream().filter(row -> row.place().equals(entry.place())))
        .map(Locked::name)
        .findFirst()
        .orElse(UNCOMMITTED);
  }

  private List<Entry> entries() throws SQLException {
    List<Entry> entries = new ArrayList<>();
    try (Statement statement = control.createStatement();
        ResultSet row = statement.executeQuery(LOCKS)) {
      while (row.next()) {
        String actor = actors.apply(row.getInt(1));
        if (actor != null) {
          entries.add(entry(actor, row));
        }
      }
    }
    return entries;
  }

  private static Entry entry(String actor, ResultSet row) throws SQLException {
    String type = row.getString(2);
    String name = "";
    if (type.equals("advisory")) {
      name = "advisory " + row.getString(9);
    } else if (type.equals("relation") && TABLE_LOCKS.contains(row.getString(3))) {
      name = row.getString(7) + " (table)";
    }
    String transaction = row.getString(5) == null ? "" : row.getString(5);
    String place = row.getString(6) + row.getString(8);
    return new Entry(actor, type, row.getBoolean(4), transaction, place, name);
  }

  /** The actors whose transactions a row names: one, or the members of a multixact. */
  private Set<String> owners(String xmax, Map<String, String> owners) throws SQLException {
    String one = owners.get(xmax);
    if (one != null) {
      return Set.of(one);
    }
    Set<String> found = new TreeSet<>();
    if (!xmax.equals("0") && !owners.isEmpty()) {
      try (PreparedStatement members =
          control.prepareStatement("SELECT xid::text FROM pg_get_multixact_members(?::xid)")) {
        members.setString(1, xmax);
        try (ResultSet row = members.executeQuery()) {
          while (row.next()) {
            String owner = owners.get(row.getString(1));
            if (owner != null) {
              found.add(owner);
            }
          }
        }
      } catch (SQLException e) {
        // The number is that of a transaction which has ended, and not of a multixact.
        if (!"XX000".equals(e.getSQLState())) {
          throw e;
        }
      }
    }
    return found;
  }
}
