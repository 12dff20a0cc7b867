package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.database.LabDatabase;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.engine.Body;
import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.engine.Faults;
import dev.aftercommit.lab.engine.Limits;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.postgres.PostgresGate;
import dev.aftercommit.lab.observe.DatabaseView;
import dev.aftercommit.lab.observe.Observation;
import dev.aftercommit.lab.scenario.Scenario.Fault;
import dev.aftercommit.lab.scenario.Scenario.Invariant;
import dev.aftercommit.lab.scenario.Scenario.Session;
import dev.aftercommit.lab.scenario.Scenario.SessionStep;
import dev.aftercommit.lab.search.Experiment;
import dev.aftercommit.lab.search.Fixture;
import dev.aftercommit.lab.search.Outcome;
import dev.aftercommit.lab.sql.Relation;
import dev.aftercommit.lab.sql.Statement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A scenario file on a database of its own. Without invariants it learns the serial ends first. */
public final class ScenarioExperiment implements Experiment, AutoCloseable {

  private static final String NO_DEADLOCK_TIMEOUT = " -c deadlock_timeout=1h";

  private final Scenario scenario;
  private final LabDatabase database;
  private final Controller controller;
  private final Map<String, SessionActor> actors = new LinkedHashMap<>();
  private final boolean discards;
  private final Set<String> serialEnds = new HashSet<>();
  private final Fixture fixture;

  private ScenarioExperiment(Scenario scenario, LabDatabase database, Controller controller) {
    this.scenario = scenario;
    this.database = database;
    this.fixture = new Fixture(database, scenario.world().setup());
    this.controller = controller;
    this.discards = statements(scenario).stream().anyMatch(Statement::mayChangeSession);
  }

  /** Creates the database and connects the sessions through their gates. */
  public static ScenarioExperiment open(Scenario scenario, ServerAddress server)
      throws SQLException, InterruptedException {
    LabDatabase database = LabDatabase.create(server);
    Controller controller =
        new Controller(
            scenario.actors(),
            Map.of(Service.POSTGRES, PostgresGate.opener(server.socket())),
            server.connect(database.name()),
            Limits.standard());
    ScenarioExperiment experiment = new ScenarioExperiment(scenario, database, controller);
    String options =
        "-c default_transaction_isolation="
            + scenario.level().title().toLowerCase(Locale.ROOT).replace(" ", "\\ ")
            + NO_DEADLOCK_TIMEOUT;
    for (Session session : scenario.sessions()) {
      experiment.actors.put(
          session.name(),
          new SessionActor(
              session,
              new SqlLink(
                  () ->
                      server.connect(
                          "127.0.0.1",
                          controller.port(session.name(), Service.POSTGRES),
                          database.name(),
                          options)),
              controller));
    }
    if (scenario.invariants().isEmpty()) {
      experiment.learnSerialEnds();
    }
    experiment.faults(1);
    return experiment;
  }

  private static List<Statement> statements(Scenario scenario) {
    List<Statement> statements = new ArrayList<>();
    for (Session session : scenario.sessions()) {
      String setup = session.setup();
      if (setup != null) {
        statements.addAll(Statement.parse(setup));
      }
      session.steps().stream()
          .filter(step -> step.kind() == SessionStep.Kind.SQL)
          .forEach(step -> statements.addAll(Statement.parse(step.text())));
    }
    return statements;
  }

  /**
   * Says how much may go wrong in one schedule, of what the scenario allows; at first one fault.
   *
   * @param most 0 or more
   */
  public void faults(int most) {
    Map<Turn, Set<String>> kinds = new EnumMap<>(Turn.class);
    for (Fault fault : scenario.faults()) {
      kinds.put(fault.turn(), fault.sessions());
    }
    controller.faults(new Faults(kinds, most));
  }

  private void learnSerialEnds() throws SQLException, InterruptedException {
    for (List<String> order : Orders.of(scenario.actors())) {
      Run run =
          run(
              (decision, soFar) ->
                  order.stream()
                      .mapToInt(decision::indexOf)
                      .filter(option -> option >= 0)
                      .findFirst()
                      .orElse(Chooser.CUT));
      if (run.end() == Run.End.COMPLETE) {
        serialEnds.add(database.contents());
      }
    }
  }

  @Override
  public List<String> actors() {
    return scenario.actors();
  }

  @Override
  public Run run(Chooser chooser) throws SQLException, InterruptedException {
    putBack();
    Map<String, Body> bodies = new LinkedHashMap<>();
    for (Session session : scenario.sessions()) {
      SessionActor actor = actor(session.name());
      actor.prepare(discards);
      bodies.put(session.name(), actor.body());
    }
    Run run = controller.run(bodies, Gate.Mode.STEPS, chooser);
    fixture.changedBy(run);
    return run;
  }

  private void putBack() throws SQLException {
    for (SessionActor actor : actors.values()) {
      actor.rollBack();
    }
    fixture.putBack();
  }

  private SessionActor actor(String name) {
    SessionActor actor = actors.get(name);
    if (actor == null) {
      throw new IllegalArgumentException("No session " + name);
    }
    return actor;
  }

  @Override
  public Observation observe() throws SQLException {
    return new DatabaseView(database.control()).observe(controller::actorOf);
  }

  @Override
  public Outcome judge(Run run) throws SQLException {
    List<String> broken = new ArrayList<>();
    for (Invariant invariant : scenario.invariants()) {
      if (!database.ask(invariant.sql())) {
        broken.add(invariant.name());
      }
    }
    String contents = database.contents();
    if (scenario.invariants().isEmpty() && !serialEnds.contains(contents)) {
      broken.add("the end is that of some serial order");
    }
    if (run.end() == Run.End.STUCK) {
      broken.add("every actor reaches its end");
    }
    List<String> errors = new ArrayList<>();
    for (SessionActor actor : actors.values()) {
      for (SessionActor.StepResult result : actor.results()) {
        SQLException error = result.error();
        if (error != null) {
          errors.add(result.step() + ": " + error.getSQLState());
        }
      }
    }
    return new Outcome(
        List.copyOf(broken), contents + (errors.isEmpty() ? "" : "; errors " + errors));
  }

  @Override
  public @Nullable Relation relation() throws SQLException {
    String text = scenario.text().toLowerCase(Locale.ROOT);
    boolean understood =
        statements(scenario).stream().noneMatch(s -> s.kind() == Statement.Kind.OTHER);
    if (scenario.level() == Level.SERIALIZABLE || text.contains("serializable") || !understood) {
      return null;
    }
    putBack();
    boolean repeatable = scenario.level() == Level.REPEATABLE_READ || text.contains("repeatable");
    return new Relation(database.catalogue(), repeatable);
  }

  @Override
  public void close() throws SQLException {
    for (SessionActor actor : actors.values()) {
      actor.close();
    }
    controller.close();
    database.close();
  }
}
