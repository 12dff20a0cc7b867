package dev.aftercommit.lab.draft;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server's jsonlog tells, PostgreSQL 15 or newer.
 *
 * @param transactions in the order in which they began
 * @param unreadable how many lines were no JSON, as the last line of a copied log may be
 */
record PgLog(List<LoggedTransaction> transactions, int unreadable) {

  /** What makes a server log what a draft needs; for postgresql.conf or ALTER SYSTEM. */
  static final String SETTINGS =
      """
      logging_collector = on          # needs a restart of the server
      log_destination = 'jsonlog'     # PostgreSQL 15 or newer
      log_timezone = 'UTC'
      log_statement = 'all'
      log_duration = on
      log_min_duration_statement = -1
      log_parameter_max_length = -1
      log_lock_waits = on
      deadlock_timeout = '3ms'        # from when on a wait is logged
      # only for --wal, which needs a restart too:
      wal_level = logical
      """;

  /**
   * Reads a log.
   *
   * @throws DraftException if it holds no statements, and why
   */
  static PgLog read(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<LoggedTransaction> transactions = new ArrayList<>();
    Map<String, SessionReader> sessions = new HashMap<>();
    Map<Integer, SessionReader> processes = new HashMap<>();
    long number = 0;
    int unreadable = 0;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        number++;
        LogLine line;
        try {
          line = LogLine.of(number, mapper.readTree(text));
        } catch (JsonProcessingException e) {
          unreadable++;
          continue;
        } catch (DateTimeException e) {
          throw new DraftException(
              "%s, line %d: cannot read the time (%s); log with log_timezone = 'UTC'"
                  .formatted(file, number, e.getMessage()));
        }
        if (line.client()) {
          SessionReader session =
              sessions.computeIfAbsent(
                  line.session(),
                  id -> new SessionReader(transactions, pid -> currentOf(processes.get(pid))));
          processes.put(line.pid(), session);
          session.take(line);
        }
      }
    }
    sessions.values().forEach(SessionReader::end);
    transactions.removeIf(transaction -> transaction.statements().isEmpty());
    if (transactions.isEmpty()) {
      throw new DraftException(
          "%s tells of no statement (%d lines, %d of them no JSON): the server must log with%n%s"
              .formatted(file, number, unreadable, SETTINGS));
    }
    return new PgLog(List.copyOf(transactions), unreadable);
  }

  private static @Nullable LoggedTransaction currentOf(@Nullable SessionReader session) {
    return session == null ? null : session.current();
  }
}
