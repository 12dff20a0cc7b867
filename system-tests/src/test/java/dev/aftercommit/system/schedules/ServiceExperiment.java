package dev.aftercommit.system.schedules;

import dev.aftercommit.lab.database.LabDatabase;
import dev.aftercommit.lab.engine.Body;
import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.search.Experiment;
import dev.aftercommit.lab.search.Outcome;
import dev.aftercommit.lab.sql.Relation;
import dev.aftercommit.stack.rest.Answer;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Requests to instances of the employee-service, each through gates of its own. */
final class ServiceExperiment implements Experiment {

  private static final int SERVER_ERROR = 500;

  private static final String STATE =
      """
      SELECT coalesce(string_agg(concat(name, ' ', salary, ' v', version), ', ' ORDER BY name), '')
      FROM employee
      """;

  /** A pool may hand out every connection that was cut before it opens a new one. */
  private static final int ATTEMPTS = 10;

  private final GatedInstances instances;
  private final LabDatabase database;
  private final RestClient rest;
  private final Scenario scenario;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<Answer> readLater = new ArrayList<>();

  /** The rows that are there now are those that every schedule begins with. */
  ServiceExperiment(GatedInstances instances, RestClient rest, Scenario scenario)
      throws SQLException {
    this.instances = instances;
    this.database = instances.database();
    this.rest = rest;
    this.scenario = scenario;
    instances.keep();
  }

  /** Sends each request once, unscheduled: what is done only once is done then. */
  void warmUp() throws IOException, InterruptedException, SQLException {
    for (Map.Entry<String, Scenario.Request> actor : scenario.actors().entrySet()) {
      instances.restore();
      actor.getValue().send(rest, instances.url(actor.getKey()));
    }
  }

  @Override
  public List<String> actors() {
    return List.copyOf(scenario.actors().keySet());
  }

  @Override
  public Run run(Chooser chooser) throws SQLException, InterruptedException {
    instances.restore();
    answers.clear();
    readLater.clear();
    Map<String, Body> bodies = new LinkedHashMap<>();
    GatedInstances.ACTORS.forEach(actor -> bodies.put(actor, () -> {}));
    scenario.actors().forEach((actor, request) -> bodies.put(actor, new Client(actor, request)));
    instances.controller().faults(scenario.faults());
    Run run = instances.controller().run(bodies, Gate.Mode.STEPS, chooser);
    if (run.end() == Run.End.COMPLETE) {
      readLater();
    }
    return run;
  }

  /** When all is done, each instance is asked once more. */
  private void readLater() throws InterruptedException {
    try {
      for (Scenario.Request request : scenario.later()) {
        for (String actor : actors()) {
          readLater.add(request.send(rest, instances.url(actor)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client: as long as the lab may be at fault for an answer, it asks again. */
  private final class Client implements Body {

    private final String actor;
    private final Scenario.Request request;

    private Client(String actor, Scenario.Request request) {
      this.actor = actor;
      this.request = request;
    }

    @Override
    public void run() throws IOException, InterruptedException {
      Answer answer = request.send(rest, instances.url(actor));
      for (int i = 1; i < ATTEMPTS && mayTryAgain(answer); i++) {
        answer = request.send(rest, instances.url(actor));
      }
      answers.put(actor, answer);
    }

    private boolean mayTryAgain(Answer answer) {
      return faults() > 0
          && answer.status() >= SERVER_ERROR
          && !instances.controller().isKilled(actor)
          && !instances.controller().isOver();
    }

    @Override
    public boolean restarts() {
      return true;
    }
  }

  @Override
  public int faults() {
    return scenario.faults().budget();
  }

  @Override
  public Outcome judge(Run run) throws SQLException {
    List<String> broken = new ArrayList<>();
    for (Map.Entry<String, String> invariant : scenario.invariants().entrySet()) {
      if (!database.ask(invariant.getValue())) {
        broken.add(invariant.getKey());
      }
    }
    if (run.events().stream().anyMatch(event -> event.option().victim())) {
      broken.add("nobody meets in a deadlock");
    }
    List<Answer> given = actors().stream().map(answers::get).toList();
    if (run.end() == Run.End.STUCK || answers.size() < actors().size()) {
      broken.add("every request is answered");
    } else {
      if (given.stream().anyMatch(answer -> answer.status() >= SERVER_ERROR)) {
        broken.add("no request fails");
      }
      scenario
          .answers()
          .forEach(
              (name, check) -> {
                if (!check.test(given)) {
                  broken.add(name);
                }
              });
    }
    if (!readLater.stream().allMatch(scenario.laterHolds())) {
      broken.add("whoever reads later is told the newest state");
    }
    return new Outcome(List.copyOf(broken), state(run));
  }

  private String state(Run run) throws SQLException {
    String given =
        actors().stream()
            .map(
                actor -> {
                  Answer answer = answers.get(actor);
                  return actor + " " + (answer == null ? run.failures().get(actor) : say(answer));
                })
            .collect(Collectors.joining(", "));
    try (Statement statement = database.control().createStatement();
        ResultSet row = statement.executeQuery(STATE)) {
      row.next();
      return given + "; " + row.getString(1);
    }
  }

  private static String say(Answer answer) {
    return answer.status() + (answer.replayed() ? " replayed" : "");
  }

  /** None: the employee table has a trigger, which conflicts with everything. */
  @Override
  public @Nullable Relation relation() {
    return null;
  }
}
