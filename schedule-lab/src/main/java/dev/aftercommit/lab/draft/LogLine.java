package dev.aftercommit.lab.draft;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A line of PostgreSQL's jsonlog.
 *
 * @param client whether a client's session wrote it
 * @param number its place in the file: the order in which the server's processes wrote
 * @param millis its time, since 1970, cut to milliseconds
 * @param session the server's process and its start
 * @param pid the server's process
 * @param display what {@code ps} showed of it
 * @param vxid the virtual transaction
 * @param txid the transaction's number once it has written; else 0
 * @param severity LOG, ERROR and so on
 * @param statement the statement that failed; else empty
 * @param database to which the client is connected
 * @param application the client's name
 * @param state the SQLSTATE of an error
 */
record LogLine(
    boolean client,
    long number,
    long millis,
    String session,
    int pid,
    String display,
    String vxid,
    long txid,
    String severity,
    String message,
    String detail,
    String statement,
    String database,
    String application,
    String state) {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS [zzz][X]", Locale.ENGLISH);

  /**
   * Takes what it needs of a line.
   *
   * @throws DateTimeException if its time zone is an abbreviation that nobody knows
   */
  static LogLine of(long number, JsonNode line) {
    return new LogLine(
        line.path("backend_type").asText().equals("client backend"),
        number,
        ZonedDateTime.parse(line.path("timestamp").asText(), TIME).toInstant().toEpochMilli(),
        line.path("session_id").asText(),
        line.path("pid").asInt(),
        line.path("ps").asText(""),
        line.path("vxid").asText(""),
        line.path("txid").asLong(),
        line.path("error_severity").asText(""),
        line.path("message").asText(""),
        line.path("detail").asText(""),
        line.path("statement").asText(""),
        line.path("dbname").asText(""),
        line.path("application_name").asText(""),
        line.path("state_code").asText(""));
  }

  /** Stands for the end of the log. */
  static LogLine end() {
    return new LogLine(
        false, Long.MAX_VALUE, Long.MAX_VALUE, "", 0, "", "", 0, "LOG", "", "", "", "", "", "");
  }
}
