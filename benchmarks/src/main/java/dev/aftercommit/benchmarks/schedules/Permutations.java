package dev.aftercommit.benchmarks.schedules;

import dev.aftercommit.lab.database.LabDatabase;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.scenario.ScenarioParser;
import dev.aftercommit.lab.scenario.SpecRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A spec file that names all its feasible permutations, several times over, so that the start of a
 * program counts little.
 */
final class Permutations implements AutoCloseable {

  private static final int TIMES = 20;
  private static final String BEGINS = "\nstarting permutation: ";

  private final String name;
  private final Path file;
  private final String text;
  private final int count;
  private String printed = "";

  private Permutations(String name, Path file, String text, int count) {
    this.name = name;
    this.file = file;
    this.text = text;
    this.count = count;
  }

  /** Finds the feasible permutations of a file that names none. */
  static Permutations of(String name, ServerAddress server)
      throws IOException, SQLException, InterruptedException {
    String steps = Specs.text(name);
    String all = SpecRunner.run(ScenarioParser.parse(name, steps), server);
    List<String> feasible = new ArrayList<>();
    for (String part : all.split(BEGINS, -1)) {
      if (!part.startsWith("Parsed") && !part.contains("the lab ended this permutation")) {
        feasible.add("permutation " + part.substring(0, part.indexOf('\n')) + "\n");
      }
    }
    String text = steps + String.join("", feasible).repeat(TIMES);
    Path file = Files.createTempFile("aftercommit-" + name, ".spec");
    Files.writeString(file, text);
    return new Permutations(name, file, text, feasible.size() * TIMES);
  }

  String name() {
    return name;
  }

  int count() {
    return count;
  }

  /** Runs them here. */
  double runHere(ServerAddress server) throws SQLException, InterruptedException {
    long begin = System.nanoTime();
    printed = SpecRunner.run(ScenarioParser.parse(name, text), server);
    return (System.nanoTime() - begin) / 1e9;
  }

  /**
   * Runs them with isolationtester, in a database with the settings of the lab's.
   *
   * @throws IllegalStateException if it prints something else
   */
  double runBy(Isolationtester tester, ServerAddress server)
      throws SQLException, IOException, InterruptedException {
    try (LabDatabase database = LabDatabase.create(server)) {
      long begin = System.nanoTime();
      String other = tester.run(file, server, database.name());
      double seconds = (System.nanoTime() - begin) / 1e9;
      if (!other.equals(printed)) {
        throw new IllegalStateException(
            "the lab and isolationtester print different texts for %s".formatted(name));
      }
      return seconds;
    }
  }

  @Override
  public void close() throws IOException {
    Files.delete(file);
  }
}
