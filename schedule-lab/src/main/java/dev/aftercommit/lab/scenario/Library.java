package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.search.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The scenarios that come with the lab. */
public final class Library {

  private static final String FOLDER = "/dev/aftercommit/lab/catalogue/";

  /**
   * A scenario and what it must show.
   *
   * @param name how it is asked for
   * @param expected the verdict at each {@link Level}, in their order
   * @param title what it is about, in a few words
   */
  public record Entry(String name, List<Verdict> expected, String title) {}

  private Library() {}

  /** All of them, in the order in which they are best read. */
  public static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (String line : resource("index.txt").split("\n", -1)) {
      String[] fields = line.strip().split("\\s+", 5);
      if (fields.length == 5 && !line.startsWith("#")) {
        List<Verdict> expected =
            List.of(
                Verdict.valueOf(fields[1]), Verdict.valueOf(fields[2]), Verdict.valueOf(fields[3]));
        entries.add(new Entry(fields[0], expected, fields[4]));
      }
    }
    return entries;
  }

  /**
   * The scenario of this name, or in this file.
   *
   * @throws ScenarioException if there is none, or it is malformed
   */
  public static Scenario find(String nameOrFile) {
    if (entries().stream().anyMatch(entry -> entry.name().equals(nameOrFile))) {
      return ScenarioParser.parse(nameOrFile, resource(nameOrFile + ".spec"));
    }
    Path file = Path.of(nameOrFile);
    if (!Files.isRegularFile(file)) {
      throw new ScenarioException(
          "There is neither a scenario nor a file named '%s'; 'lab list' names the scenarios"
              .formatted(nameOrFile));
    }
    try {
      String name = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]+$", "");
      return ScenarioParser.parse(name, Files.readString(file));
    } catch (IOException e) {
      throw new ScenarioException("Cannot read %s: %s".formatted(file, e.getMessage()));
    }
  }

  private static String resource(String name) {
    try (InputStream in = Library.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("The lab lacks its own resource " + FOLDER + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
