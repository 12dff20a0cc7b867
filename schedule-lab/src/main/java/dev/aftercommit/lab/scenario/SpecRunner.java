package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.database.LabDatabase;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.engine.Body;
import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.engine.Decision;
import dev.aftercommit.lab.engine.Limits;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.gate.postgres.PostgresGate;
import dev.aftercommit.lab.scenario.Scenario.PermutationStep;
import dev.aftercommit.lab.scenario.Scenario.Session;
import dev.aftercommit.lab.scenario.Scenario.SessionStep;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs the permutations that a file names, or all if it names none, each step as one query, and
 * prints what PostgreSQL's isolationtester prints. Deadlocks are the server's, with the timeouts
 * that the file sets.
 */
public final class SpecRunner {

  private final Scenario scenario;
  private final SpecFixture fixture;
  private final Controller controller;
  private final Map<String, SessionActor> actors = new LinkedHashMap<>();
  private final Map<String, String> sessionOf = new LinkedHashMap<>();
  private final StringBuilder out = new StringBuilder();

  private SpecRunner(Scenario scenario, LabDatabase database, Controller controller) {
    this.scenario = scenario;
    this.fixture = new SpecFixture(scenario, database);
    this.controller = controller;
    for (Session session : scenario.sessions()) {
      session.steps().forEach(step -> sessionOf.put(step.name(), session.name()));
    }
  }

  /** The output of all permutations of the file. */
  public static String run(Scenario scenario, ServerAddress server)
      throws SQLException, InterruptedException {
    try (LabDatabase database = LabDatabase.create(server);
        Controller controller =
            new Controller(
                scenario.actors(),
                Map.of(Service.POSTGRES, PostgresGate.opener(server.socket())),
                server.connect(database.name()),
                Limits.standard())) {
      controller.deadlocks(Controller.Deadlocks.SERVER);
      SpecRunner runner = new SpecRunner(scenario, database, controller);
      try {
        for (Session session : scenario.sessions()) {
          runner.actors.put(
              session.name(),
              new SessionActor(
                  session,
                  new Links(
                      new SqlLink(
                          () ->
                              server.connect(
                                  "127.0.0.1",
                                  controller.port(session.name(), Service.POSTGRES),
                                  database.name(),
                                  "")),
                      null,
                      null),
                  controller));
        }
        return runner.all();
      } finally {
        for (SessionActor actor : runner.actors.values()) {
          actor.close();
        }
      }
    }
  }

  private String all() throws SQLException, InterruptedException {
    unusedSteps().forEach(step -> out.append("unused step name: %s%n".formatted(step)));
    out.append("Parsed test spec with %d sessions%n".formatted(scenario.sessions().size()));
    for (List<PermutationStep> permutation : permutations()) {
      out.append("\nstarting permutation:");
      permutation.forEach(step -> out.append(' ').append(step.step()));
      out.append('\n');
      out.append(fixture.begin());
      for (SessionActor actor : actors.values()) {
        actor.prepare(false).forEach(table -> out.append(table.print()));
      }
      permutation(permutation);
      for (SessionActor actor : actors.values()) {
        actor.giveBack();
        actor.cleanUp().forEach(table -> out.append(table.print()));
      }
      out.append(fixture.end());
    }
    return out.toString();
  }

  private List<String> unusedSteps() {
    Set<String> used = new HashSet<>();
    permutations().forEach(steps -> steps.forEach(step -> used.add(step.step())));
    return sessionOf.keySet().stream().filter(step -> !used.contains(step)).sorted().toList();
  }

  private List<List<PermutationStep>> permutations() {
    if (!scenario.permutations().isEmpty()) {
      return scenario.permutations();
    }
    return Orders.interleaved(
        scenario.sessions().stream()
            .map(Session::steps)
            .map(
                steps ->
                    steps.stream()
                        .map(step -> new PermutationStep(step.name(), List.of()))
                        .toList())
            .toList());
  }

  private void permutation(List<PermutationStep> permutation)
      throws SQLException, InterruptedException {
    Map<String, Body> bodies = new LinkedHashMap<>();
    for (Session session : scenario.sessions()) {
      List<SessionStep> steps = new ArrayList<>();
      for (PermutationStep wanted : permutation) {
        session.steps().stream()
            .filter(step -> step.name().equals(wanted.step()))
            .forEach(steps::add);
      }
      SessionActor actor = actor(session.name());
      bodies.put(session.name(), () -> actor.runExactly(steps));
    }
    List<String> stuck = new ArrayList<>();
    Run run =
        controller.run(
            bodies,
            Gate.Mode.WHOLE_QUERIES,
            (decision, soFar) -> next(permutation, decision, soFar, stuck));
    out.append(new SpecOutput(permutation, actors, sessionOf, sessionOfBackend()).of(run));
    stuck.forEach(line -> out.append(line).append('\n'));
    if (run.end() == Run.End.UNSOUND || run.end() == Run.End.STUCK) {
      out.append("the lab ended this permutation: %s%n".formatted(run.reason()));
    }
  }

  private Map<Integer, String> sessionOfBackend() throws SQLException {
    Map<Integer, String> sessions = new HashMap<>();
    for (SessionActor actor : actors.values()) {
      sessions.put(actor.backend(), actor.name());
    }
    return sessions;
  }

  private int next(
      List<PermutationStep> permutation,
      Decision decision,
      Run.Progress soFar,
      List<String> stuck) {
    String step = permutation.get(soFar.decisions().size()).step();
    String session = sessionOf.getOrDefault(step, "");
    int option = decision.indexOf(session);
    if (option < 0) {
      stuck.add(
          "the lab ended this permutation: step %s is infeasible, its session still waits (%s)"
              .formatted(step, decision.signature()));
      return Chooser.CUT;
    }
    return option;
  }

  private SessionActor actor(String name) {
    SessionActor actor = actors.get(name);
    if (actor == null) {
      throw new IllegalArgumentException("No session " + name);
    }
    return actor;
  }
}
