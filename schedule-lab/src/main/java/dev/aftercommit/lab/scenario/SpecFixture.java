package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.database.LabDatabase;
import dev.aftercommit.lab.scenario.Scenario.Session;
import dev.aftercommit.lab.sql.Statement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What every permutation of a spec file begins with. Setting up and tearing down takes several
 * times as long as the steps; where nothing but rows can have changed, only those are put back, for
 * as long as all of them lie on one page: beyond it their order could become another.
 */
final class SpecFixture {

  private static final Set<String> PHYSICAL =
      Set.of("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid");

  private final Scenario scenario;
  private final LabDatabase database;
  private final boolean rowsOnly;
  private int restores;

  SpecFixture(Scenario scenario, LabDatabase database) {
    this.scenario = scenario;
    this.database = database;
    this.rowsOnly =
        makesTablesOnly(scenario) && steps(scenario).stream().allMatch(this::isRowsOnly);
  }

  private static boolean makesTablesOnly(Scenario scenario) {
    String teardown = scenario.world().teardown();
    return teardown != null
        && statements(scenario.world().setup()).stream().allMatch(SpecFixture::makesTable)
        && statements(List.of(teardown)).stream().allMatch(drop -> begins(drop, "drop", "table"));
  }

  private static boolean makesTable(Statement statement) {
    List<String> words = statement.words();
    if (begins(statement, "insert", "into")) {
      return !words.contains("returning");
    }
    return begins(statement, "create", "table")
        && !words.contains("partition")
        && !words.contains("inherits");
  }

  private static boolean begins(Statement statement, String first, String second) {
    List<String> words = statement.words();
    return words.size() > 1 && words.getFirst().equals(first) && words.get(1).equals(second);
  }

  /** Predicate locks are taken on pages, so that SERIALIZABLE sees where rows lie. */
  private boolean isRowsOnly(Statement statement) {
    return statement.kind() != Statement.Kind.OTHER
        && statement.words().stream()
            .noneMatch(
                word ->
                    PHYSICAL.contains(word)
                        || word.startsWith("pg_")
                        || word.equals("serializable"));
  }

  private static List<Statement> steps(Scenario scenario) {
    List<String> texts = new ArrayList<>();
    for (Session session : scenario.sessions()) {
      String before = session.setup();
      String after = session.teardown();
      texts.add(before == null ? "" : before);
      texts.add(after == null ? "" : after);
      session.steps().forEach(step -> texts.add(step.text()));
    }
    return statements(texts);
  }

  private static List<Statement> statements(List<String> texts) {
    return texts.stream().flatMap(text -> Statement.parse(text).stream()).toList();
  }

  /** Makes the database as the file wants it; answers what isolationtester would print of that. */
  String begin() throws SQLException {
    if (restores > 0) {
      restores--;
      database.restore();
      return "";
    }
    if (rowsOnly) {
      database.clear();
    }
    StringBuilder printed = new StringBuilder();
    for (String block : scenario.world().setup()) {
      printed.append(execute(block));
    }
    if (rowsOnly) {
      database.keep();
      restores = database.restoresPerPage();
    }
    return printed.toString();
  }

  /** Undoes the set-up, unless it is to be used again. */
  String end() throws SQLException {
    String teardown = scenario.world().teardown();
    return rowsOnly || teardown == null ? "" : execute(teardown);
  }

  private String execute(String sql) throws SQLException {
    StringBuilder printed = new StringBuilder();
    try (java.sql.Statement statement = database.control().createStatement()) {
      Table.all(statement, sql).forEach(table -> printed.append(table.print()));
    }
    return printed.toString();
  }
}
