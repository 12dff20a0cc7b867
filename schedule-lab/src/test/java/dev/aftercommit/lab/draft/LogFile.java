package dev.aftercommit.lab.draft;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Writes lines as PostgreSQL's jsonlog has them, 10 ms apart. */
final class LogFile {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS 'UTC'").withZone(ZoneOffset.UTC);
  static final long BEGIN = Instant.parse("2026-11-22T20:00:00Z").toEpochMilli();

  private final ObjectMapper mapper = new ObjectMapper();
  private final List<String> lines = new ArrayList<>();
  private String database = "bank";
  private long txid;

  /** The milliseconds of the next line. */
  long now() {
    return BEGIN + 10L * lines.size();
  }

  /** A simple query and its end. */
  LogFile simple(int pid, String vxid, String sql) {
    return line(pid, vxid, "idle", "statement: " + sql).ended(pid, vxid, "X");
  }

  /** An extended query as pgjdbc's, and its end. */
  LogFile extended(int pid, String vxid, String sql, String... parameters) {
    return begun(pid, vxid, sql, parameters).ended(pid, vxid, "X");
  }

  /** An extended query without its end. */
  LogFile begun(int pid, String vxid, String sql, String... parameters) {
    List<String> values = new ArrayList<>();
    for (String parameter : parameters) {
      values.add("$%d = '%s'".formatted(values.size() + 1, parameter.replace("'", "''")));
    }
    ended(pid, vxid, "PARSE").ended(pid, vxid, "BIND");
    ObjectNode line = node(pid, vxid, "X", "execute <unnamed>: " + sql);
    line.put("detail", "Parameters: " + String.join(", ", values));
    lines.add(line.toString());
    return this;
  }

  LogFile ended(int pid, String vxid, String display) {
    return line(pid, vxid, display, "duration: 0.100 ms");
  }

  LogFile waits(int pid, String vxid, int holder) {
    ObjectNode line =
        node(
            pid,
            vxid,
            "X waiting",
            "process %d still waiting for ShareLock on transaction 7 after 3.0 ms".formatted(pid));
    line.put("detail", "Process holding the lock: %d. Wait queue: %d.".formatted(holder, pid));
    lines.add(line.toString());
    return this;
  }

  LogFile granted(int pid, String vxid) {
    return line(
        pid,
        vxid,
        "X waiting",
        "process %d acquired ShareLock on transaction 7 after 30 ms".formatted(pid));
  }

  LogFile failed(int pid, String vxid, String state, String message, String statement) {
    ObjectNode line = node(pid, vxid, "X", message);
    line.put("error_severity", "ERROR").put("state_code", state).put("statement", statement);
    lines.add(line.toString());
    return this;
  }

  /** The lines that follow are of the transaction with this number. */
  LogFile of(long txid) {
    this.txid = txid;
    return this;
  }

  /** The lines that follow are of clients of this database. */
  LogFile in(String database) {
    this.database = database;
    return this;
  }

  LogFile text(String text) {
    lines.add(text);
    return this;
  }

  private LogFile line(int pid, String vxid, String display, String message) {
    lines.add(node(pid, vxid, display, message).toString());
    return this;
  }

  private ObjectNode node(int pid, String vxid, String display, String message) {
    return mapper
        .createObjectNode()
        .put("timestamp", TIME.format(Instant.ofEpochMilli(now())))
        .put("pid", pid)
        .put("session_id", "5." + pid)
        .put("ps", display)
        .put("vxid", vxid)
        .put("txid", txid)
        .put("error_severity", "LOG")
        .put("message", message)
        .put("dbname", database)
        .put("application_name", "bank")
        .put("backend_type", "client backend");
  }

  Path writeTo(Path folder) {
    try {
      return Files.write(folder.resolve("postgresql.json"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
