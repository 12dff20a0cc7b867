package dev.aftercommit.lab.search;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.lab.sql.Effect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a search has left when its budget ends it, in a file, so that another one can go on. A
 * finished search leaves no file.
 */
public final class Checkpoint {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final String search;

  /**
   * The whole state of a search.
   *
   * @param search which one it is
   * @param tally what it has counted
   * @param prefixes schedules to begin, if it goes by preemptions
   * @param parts what is left of the reduced search; null if that has not begun
   */
  record State(String search, Tally tally, List<Open> prefixes, @Nullable List<SavedPart> parts) {}

  /** What was counted in the phase that the search is in. */
  record Tally(
      int schedules, int cut, boolean hidden, List<String> unseen, List<Counted> outcomes) {}

  /** How often schedules ended so. */
  record Counted(Outcome outcome, int schedules) {}

  /** The beginning of a schedule, and how many preemptions it has. */
  record Open(int preemptions, PreemptionOrder.Prefix prefix) {}

  /** A part of the reduced search. */
  record SavedPart(List<SavedPlace> path, int base) {}

  /** A {@link Place}. */
  record SavedPlace(
      String signature,
      List<String> options,
      Map<String, Effect> asleep,
      Set<String> given,
      int current,
      Effect done,
      Race race) {}

  /**
   * A file that may be there.
   *
   * @param search what tells this search from others: the scenario, the level, what may go wrong
   */
  public Checkpoint(Path file, String search) {
    this.file = file;
    this.search = search;
  }

  /**
   * What an earlier search has left; null if there is no file.
   *
   * @throws IllegalArgumentException if the file is of another search, or no checkpoint
   */
  @Nullable State load() {
    if (!Files.exists(file)) {
      return null;
    }
    State state;
    try {
      state = MAPPER.readValue(Files.readString(file), State.class);
    } catch (IOException e) {
      throw new IllegalArgumentException("%s is no checkpoint: %s".formatted(file, e), e);
    }
    if (!state.search().equals(search)) {
      throw new IllegalArgumentException(
          "%s is a checkpoint of another search: expected [%s], found [%s]; name another file, or delete it"
              .formatted(file, search, state.search()));
    }
    return state;
  }

  void save(Tally tally, List<Open> prefixes, @Nullable List<SavedPart> parts) {
    try {
      Files.writeString(file, MAPPER.writeValueAsString(new State(search, tally, prefixes, parts)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the checkpoint " + file, e);
    }
  }

  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete the checkpoint " + file, e);
    }
  }
}
