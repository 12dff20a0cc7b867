package dev.aftercommit.system.schedules;

import dev.aftercommit.lab.engine.Faults;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.stack.rest.Answer;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Who asks for what at the same time, and what must hold in the end. */
final class Scenario {

  /** A request of an actor. */
  @FunctionalInterface
  interface Request {

    /**
     * Sends it.
     *
     * @param instance the employee-service that acts for this actor
     */
    Answer send(RestClient rest, URI instance)
        throws IOException, InterruptedException, SQLException;
  }

  /** A read when all is done, and the SQL that tells whether its answer is true. */
  record LaterRead(Request request, Function<Answer, String> isSo) {}

  private final Map<String, Request> actors = new LinkedHashMap<>();
  private final Map<String, String> invariants = new LinkedHashMap<>(Invariants.ALWAYS);
  private final Map<String, Predicate<List<Answer>>> answers = new LinkedHashMap<>();
  private final Set<String> workers = new HashSet<>();
  private final List<LaterRead> later = new ArrayList<>();
  private Faults faults = Faults.NONE;

  /** Adds the next of {@link GatedInstances#ACTORS}. */
  Scenario actor(Request request) {
    actors.put(GatedInstances.ACTORS.get(actors.size()), request);
    return this;
  }

  /** The same; its instance goes on after an answer of 202, and has ended before the schedule. */
  Scenario worker(Request request) {
    workers.add(GatedInstances.ACTORS.get(actors.size()));
    return actor(request);
  }

  /** SQL that must answer true at the end of every schedule. */
  Scenario finallyHolds(String name, String sql) {
    invariants.put(name, sql);
    return this;
  }

  /** What must be true of the answers, in the order of the actors. */
  Scenario answered(String name, Predicate<List<Answer>> check) {
    answers.put(name, check);
    return this;
  }

  /** The statuses one actor may be answered with. */
  Scenario answered(String name, Set<Integer> statuses, int actor) {
    return answered(name, given -> statuses.contains(given.get(actor).status()));
  }

  /**
   * What every instance is asked when the schedule is over.
   *
   * @param isSo makes of the answer the SQL that must answer true
   */
  Scenario laterRead(Request request, Function<Answer, String> isSo) {
    later.add(new LaterRead(request, isSo));
    return this;
  }

  /** One of these may go wrong in a schedule; whoever is hit sends its request again. */
  Scenario oneOf(Turn... kinds) {
    faults = new Faults(Arrays.stream(kinds).collect(Collectors.toMap(k -> k, k -> Set.of())), 1);
    return this;
  }

  Map<String, Request> actors() {
    return actors;
  }

  Map<String, String> invariants() {
    return invariants;
  }

  Map<String, Predicate<List<Answer>>> answers() {
    return answers;
  }

  Set<String> workers() {
    return workers;
  }

  List<LaterRead> later() {
    return later;
  }

  Faults faults() {
    return faults;
  }
}
