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

  private static final int ACCEPTED = 202;
  private static final int SERVER_ERROR = 500;

  static final String LATER_READS_ARE_TRUE = "whoever reads later is told the newest state";

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

  /** SQL that tells whether what was read later is so. */
  private final List<String> toldLater = new ArrayList<>();

  /** The rows that are there now are those that every schedule begins with. */
  ServiceExperiment(GatedInstances instances, RestClient rest, Scenario scenario)
      throws SQLException {
    this.instances = instances;
    this.database = instances.database();
    this.rest = rest;
    this.scenario = scenario;
    instances.keep();
  }

  /**
   * Sends each request once, unscheduled: what is done only once is done then. When work in the
   * background has ended is seen in a schedule only, whose result does not matter here.
   */
  void warmUp() throws IOException, InterruptedException, SQLException {
    for (Map.Entry<String, Scenario.Request> actor : scenario.actors().entrySet()) {
      if (!scenario.workers().contains(actor.getKey())) {
        instances.restore();
        actor.getValue().send(rest, instances.url(actor.getKey()));
      }
    }
    if (!scenario.workers().isEmpty()) {
      run((decision, soFar) -> 0);
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
    toldLater.clear();
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
  private void readLater() throws InterruptedException, SQLException {
    try {
      for (Scenario.LaterRead read : scenario.later()) {
        for (String actor : actors()) {
          Answer answer = read.request().send(rest, instances.url(actor));
          toldLater.add(read.isSo().apply(answer));
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
    public void run() throws IOException, InterruptedException, SQLException {
      Answer answer = request.send(rest, instances.url(actor));
      for (int i = 1; i < ATTEMPTS && mayTryAgain(answer); i++) {
        answer = request.send(rest, instances.url(actor));
      }
      boolean begun = answer.status() == ACCEPTED && !answer.replayed();
      if (begun && scenario.workers().contains(actor)) {
        instances.awaitBackgroundWork(actor);
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
    for (String isSo : toldLater) {
      if (!database.ask(isSo)) {
        broken.add(LATER_READS_ARE_TRUE);
        break;
      }
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
