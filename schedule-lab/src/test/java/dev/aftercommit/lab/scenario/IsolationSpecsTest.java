package dev.aftercommit.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.database.ServerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/**
 * Compares the output of spec files line by line with what PostgreSQL's isolationtester printed:
 * our own ones, and {@link PostgresqlSpecs PostgreSQL's}.
 */
class IsolationSpecsTest {

  private static final Path OURS = Path.of("src/test/resources/isolation");

  private static final String NOTICES = "notices of a waiting step come when it ends, not at once";
  private static final String DATES = "the driver reads dates in ISO format only";
  private static final String PREPARED =
      "not in PostgreSQL's own schedule: the server must have max_prepared_transactions";

  /** PostgreSQL's files that cannot give the same text here, and why. */
  private static final Map<String, String> NOT_EQUAL =
      Map.ofEntries(
          Map.entry("detach-partition-concurrently-3", "when a cancel arrives is not scheduled"),
          Map.entry("detach-partition-concurrently-4", "when a cancel arrives is not scheduled"),
          Map.entry("eval-plan-qual", NOTICES),
          Map.entry("eval-plan-qual-trigger", NOTICES),
          Map.entry("insert-conflict-specconflict", NOTICES),
          Map.entry("intra-grant-inplace-db", "it needs a database named isolation_regression"),
          Map.entry("matview-write-skew", DATES),
          Map.entry("prepared-transactions", PREPARED),
          Map.entry("prepared-transactions-cic", PREPARED),
          Map.entry("receipt-report", DATES),
          Map.entry("temp-schema-cleanup", "a session ends itself"),
          Map.entry("timeouts", "timers are not scheduled"));

  /**
   * Those of PostgreSQL's files that run if nobody names a folder: deadlocks, NOWAIT, SKIP LOCKED,
   * rows that two want to change, and the anomalies of two or three transactions on rows.
   */
  private static final Pattern ALWAYS =
      Pattern.compile(
          "(fk-)?deadlock.*|nowait.*|skip-locked.*|read-write-unique.*|lock-.*|update-.*|tuplelock-.*"
              + "|insert-conflict-do-.*|merge-.*|multiple-row-versions|async-notify|simple-write-skew"
              + "|read-only-anomaly.*|total-cash|two-ids");

  /** Those of the release that show what it has mended. */
  private static final Set<String> MENDED =
      Set.of("ddl-dependency-locking", "drop-owned-grant", "pub-concurrent-drop");

  @TestFactory
  Stream<DynamicTest> ourSpecsPrintWhatIsolationtesterPrints() throws IOException {
    return tests(OURS, name -> true, Map.of());
  }

  @TestFactory
  Stream<DynamicTest> specsOfPostgresqlPrintWhatIsolationtesterPrints()
      throws IOException, InterruptedException, SQLException {
    int server = serverVersion();
    Path folder;
    try {
      folder = PostgresqlSpecs.folder(server);
    } catch (TestAbortedException e) {
      // Maven counts tests, not what makes them.
      return Stream.of(
          DynamicTest.dynamicTest(
              "PostgreSQL's files",
              () -> {
                throw e;
              }));
    }
    Map<String, String> notEqual = new HashMap<>(NOT_EQUAL);
    if (server < PostgresqlSpecs.VERSION) {
      MENDED.forEach(
          name ->
              notEqual.put(name, "servers before " + PostgresqlSpecs.RELEASE + " have the defect"));
    }
    return tests(
        folder, name -> PostgresqlSpecs.isNamed() || ALWAYS.matcher(name).matches(), notEqual);
  }

  private static int serverVersion() throws SQLException {
    ServerAddress server = LabServer.address();
    try (Connection connection = server.connect(server.maintenance());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW server_version_num")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static Stream<DynamicTest> tests(
      Path folder, Predicate<String> wanted, Map<String, String> notEqual) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("specs"))) {
      List<String> names =
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> name.endsWith(".spec"))
              .map(name -> name.substring(0, name.length() - ".spec".length()))
              .filter(wanted)
              .sorted()
              .toList();
      assertThat(names).as("spec files in %s", folder).isNotEmpty();
      return names.stream()
          .map(
              name ->
                  DynamicTest.dynamicTest(
                      name,
                      () -> {
                        String reason = notEqual.get(name);
                        Assumptions.assumeTrue(reason == null, reason);
                        printsTheSame(folder, name);
                      }));
    }
  }

  private static void printsTheSame(Path folder, String name) throws Exception {
    String text = Files.readString(folder.resolve("specs").resolve(name + ".spec"));
    String printed = SpecRunner.run(ScenarioParser.parse(name, text), LabServer.address());

    List<String> expected = expected(folder.resolve("expected"), name);
    if (!expected.contains(printed)) {
      assertThat(printed).isEqualTo(expected.getFirst());
    }
  }

  /** The texts that are right: the main one and its variants {@code _1}, {@code _2} and so on. */
  private static List<String> expected(Path folder, String name) throws IOException {
    List<String> texts = new ArrayList<>();
    texts.add(Files.readString(folder.resolve(name + ".out")));
    for (int variant = 1; variant <= 9; variant++) {
      Path file = folder.resolve("%s_%d.out".formatted(name, variant));
      if (Files.exists(file)) {
        texts.add(Files.readString(file));
      }
    }
    return texts;
  }
}
