package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.StackException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Applies {@code infra/postgres/init.sql}, the databases and roles of the services, once per
 * server.
 */
final class InitSql {

  private static final String DUPLICATE_ROLE = "42710";
  private static final String DUPLICATE_DATABASE = "42P04";
  private static final Set<String> THERE_ALREADY = Set.of(DUPLICATE_ROLE, DUPLICATE_DATABASE);

  /**
   * Two programs that prepare one given server take turns: PostgreSQL does not merge concurrent
   * grants.
   */
  private static final long ADVISORY_LOCK = 0x61667465726373L;

  private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*$");

  private InitSql() {}

  static void apply(PostgresServer server) {
    try (Connection connection = server.connectAsSuperuser(server.maintenanceDatabase());
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(" + ADVISORY_LOCK + ")");
      for (String sql : COMMENT.matcher(script()).replaceAll("").split(";", -1)) {
        if (!sql.isBlank()) {
          execute(statement, sql.strip());
        }
      }
    } catch (SQLException e) {
      throw new StackException(
          "Cannot create the services' databases and roles on %s as %s: %s"
              .formatted(server.jdbcUrl(server.maintenanceDatabase()), server.superuser(), e),
          e);
    }
  }

  private static void execute(Statement statement, String sql) throws SQLException {
    try {
      statement.execute(sql);
    } catch (SQLException e) {
      if (!THERE_ALREADY.contains(e.getSQLState())) {
        throw e;
      }
    }
  }

  private static String script() {
    try (InputStream script = InitSql.class.getResourceAsStream("init.sql")) {
      if (script == null) {
        throw new IllegalStateException(
            "init.sql is missing from the jar: it is copied from infra/postgres by the build");
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new StackException("Cannot read init.sql", e);
    }
  }
}
