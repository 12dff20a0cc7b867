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
import java.util.Locale;
import java.util.Map;

/** The scenarios that come with the lab. */
public final class Library {

  private static final String FOLDER = "/dev/aftercommit/lab/catalogue/";
  private static final List<Anomaly> ANOMALIES = read(resource("index.txt"));

  /** Whether a scenario shows the mistake or what to do instead. */
  public enum Version {
    WRONG,
    RIGHT
  }

  /**
   * A scenario and what it must show.
   *
   * @param name how it is asked for
   * @param expected the verdict at each {@link Level}, in their order
   * @param title what it is about, in a few words
   */
  public record Entry(String name, Version version, List<Verdict> expected, String title) {}

  /**
   * What can go wrong, by itself.
   *
   * @param number its number in the catalogue
   * @param classes what the theory calls it
   * @param title what it comes to, in a few words
   * @param entries scenarios that show it, and scenarios that avoid it
   */
  public record Anomaly(
      int number, String name, String classes, String title, List<Entry> entries) {}

  private Library() {}

  /** All anomalies, in the order in which they are best read. */
  public static List<Anomaly> anomalies() {
    return ANOMALIES;
  }

  /** The scenarios of all anomalies, in their order. */
  public static List<Entry> entries() {
    return ANOMALIES.stream().flatMap(anomaly -> anomaly.entries().stream()).toList();
  }

  /** Why it happens, as Markdown. */
  public static String explanation(Anomaly anomaly) {
    return resource(anomaly.name() + ".md");
  }

  private static List<Anomaly> read(String index) {
    List<Anomaly> anomalies = new ArrayList<>();
    for (String line : index.split("\n", -1)) {
      if (line.startsWith("  ")) {
        anomalies.getLast().entries().add(entry(line));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        anomalies.add(anomaly(line));
      }
    }
    return List.copyOf(anomalies);
  }

  private static Anomaly anomaly(String line) {
    String[] parts = line.split("\\s+\\|\\s+", 3);
    String[] name = parts[0].split(" ", 2);
    return new Anomaly(
        Integer.parseInt(name[0]), name[1], parts[1], parts[2].strip(), new ArrayList<>());
  }

  private static Entry entry(String line) {
    String[] fields = line.strip().split("\\s+", 6);
    List<Verdict> expected =
        List.of(Verdict.valueOf(fields[2]), Verdict.valueOf(fields[3]), Verdict.valueOf(fields[4]));
    return new Entry(
        fields[1], Version.valueOf(fields[0].toUpperCase(Locale.ROOT)), expected, fields[5]);
  }

  /** Whether there is a scenario of this name; if not it can only be a file. */
  public static boolean contains(String name) {
    return entries().stream().anyMatch(entry -> entry.name().equals(name));
  }

  /** The same without sessions from outside. */
  public static Scenario find(String nameOrFile) {
    return find(nameOrFile, Map.of());
  }

  /**
   * The scenario of this name, or in this file.
   *
   * @param commands of sessions that are processes; see {@link ScenarioParser#parse(String, String,
   *     Map)}
   * @throws ScenarioException if there is none, or it is malformed
   */
  public static Scenario find(String nameOrFile, Map<String, String> commands) {
    if (contains(nameOrFile)) {
      return ScenarioParser.parse(nameOrFile, resource(nameOrFile + ".spec"), commands);
    }
    Path file = Path.of(nameOrFile);
    if (!Files.isRegularFile(file)) {
      throw new ScenarioException(
          "There is neither a scenario nor a file named '%s'; 'lab list' names the scenarios"
              .formatted(nameOrFile));
    }
    try {
      String name = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]+$", "");
      return ScenarioParser.parse(name, Files.readString(file), commands);
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
