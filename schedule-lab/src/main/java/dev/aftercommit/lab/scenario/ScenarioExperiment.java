package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.engine.Body;
import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.engine.Faults;
import dev.aftercommit.lab.engine.Limits;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.observe.Observation;
import dev.aftercommit.lab.scenario.Scenario.Fault;
import dev.aftercommit.lab.scenario.Scenario.Invariant;
import dev.aftercommit.lab.scenario.Scenario.Session;
import dev.aftercommit.lab.scenario.Scenario.SessionStep;
import dev.aftercommit.lab.search.Always;
import dev.aftercommit.lab.search.Experiment;
import dev.aftercommit.lab.search.Outcome;
import dev.aftercommit.lab.search.SerialEnds;
import dev.aftercommit.lab.sql.Isolation;
import dev.aftercommit.lab.sql.Relation;
import dev.aftercommit.lab.sql.Statement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A scenario file on servers of its own. Without invariants it learns the serial ends first. */
public final class ScenarioExperiment implements Experiment, AutoCloseable {

  private final Scenario scenario;
  private final ScenarioWorld world;
  private final Controller controller;
  private final Isolation isolation;
  private final Map<String, Player> actors = new LinkedHashMap<>();
  private final boolean discards;
  private final Always always = new Always(() -> broken(true));
  private final SerialEnds serialEnds;
  private Set<String> ends = Set.of();
  private int faults;

  private ScenarioExperiment(
      Scenario scenario, ScenarioWorld world, Controller controller, Isolation isolation) {
    this.scenario = scenario;
    this.world = world;
    this.controller = controller;
    this.isolation = isolation;
    this.serialEnds = new SerialEnds(scenario.actors(), this::addEnd);
    this.discards = statements(scenario).stream().anyMatch(Statement::mayChangeSession);
  }

  /** The same for a scenario that needs no other server. */
  public static ScenarioExperiment open(Scenario scenario, ServerAddress postgres)
      throws SQLException, InterruptedException {
    return open(scenario, Addresses.of(postgres));
  }

  /**
   * Makes the servers ready and connects the sessions through their gates.
   *
   * @throws IllegalArgumentException if the scenario needs a server that is not there
   */
  public static ScenarioExperiment open(Scenario scenario, Addresses addresses)
      throws SQLException, InterruptedException {
    ScenarioWorld world = ScenarioWorld.open(scenario, addresses);
    if (!scenario.programs().isEmpty()) {
      // Not every driver heeds PGOPTIONS.
      world.database().setDefault("default_transaction_isolation", scenario.level().title());
      world.database().setDefault("deadlock_timeout", "1h");
    }
    Isolation isolation =
        new Isolation(
            scenario.level() == Level.REPEATABLE_READ
                || scenario.text().toLowerCase(Locale.ROOT).contains("repeatable"));
    Controller controller =
        new Controller(
            scenario.actors(),
            world.openers(isolation, scenario.programs()),
            addresses.postgres().connect(world.database().name()),
            Limits.standard());
    ScenarioExperiment experiment = new ScenarioExperiment(scenario, world, controller, isolation);
    for (Session session : scenario.sessions()) {
      experiment.actors.put(session.name(), experiment.player(session));
    }
    experiment.faults(1);
    return experiment;
  }

  private Player player(Session session) throws SQLException {
    Connector connector = new Connector(world, scenario.level(), controller);
    String command = session.command();
    return command == null
        ? new SessionActor(session, connector.connect(session), controller)
        : new ProcessActor(session, command, connector.environment(session.name()), controller);
  }

  private void addEnd(Chooser chooser, Set<String> idle, Set<String> found)
      throws SQLException, InterruptedException {
    if (runOnce(chooser, idle).end() == Run.End.COMPLETE) {
      world.copy();
      found.add(world.database().contents());
    }
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
    faults = kinds.isEmpty() ? 0 : most;
  }

  @Override
  public int faults() {
    return faults;
  }

  @Override
  public List<String> actors() {
    return scenario.actors();
  }

  @Override
  public List<Chooser> seeds() {
    Map<String, SessionActor> sessionOf = new HashMap<>();
    for (Session session : scenario.sessions()) {
      if (actors.get(session.name()) instanceof SessionActor actor) {
        session.steps().forEach(step -> sessionOf.put(step.name(), actor));
      }
    }
    return scenario.seeds().stream().<Chooser>map(seed -> new SeedOrder(seed, sessionOf)).toList();
  }

  @Override
  public Run run(Chooser chooser) throws SQLException, InterruptedException {
    return run(chooser, Set.of());
  }

  @Override
  public boolean mayBeIdle() {
    return true;
  }

  @Override
  public Run run(Chooser chooser, Set<String> idle) throws SQLException, InterruptedException {
    if (scenario.invariants().isEmpty()) {
      ends = serialEnds.without(idle);
    }
    return runOnce(chooser, idle);
  }

  private Run runOnce(Chooser chooser, Set<String> idle) throws SQLException, InterruptedException {
    putBack();
    Map<String, Body> bodies = new LinkedHashMap<>();
    for (Map.Entry<String, Player> actor : actors.entrySet()) {
      actor.getValue().begin(discards);
      boolean acts = !idle.contains(actor.getKey());
      bodies.put(actor.getKey(), acts ? actor.getValue().body() : () -> {});
    }
    Chooser asking = asksAlways() ? always.around(chooser) : chooser;
    Run run = controller.run(bodies, Gate.Mode.STEPS, asking);
    world.changedBy(run);
    return withEvidence(run);
  }

  /** A command that fails before it comes to any server says nothing about schedules. */
  private static Run withEvidence(Run run) {
    for (Map.Entry<String, Throwable> failure : run.failures().entrySet()) {
      if (failure.getValue() instanceof CommandFailure && !run.order().contains(failure.getKey())) {
        String reason =
            "the command of %s failed before its first step: %s"
                .formatted(failure.getKey(), failure.getValue().getMessage());
        return new Run(run.events(), run.decisions(), Run.End.UNSOUND, reason, run.failures());
      }
    }
    return run;
  }

  private boolean asksAlways() {
    return scenario.invariants().stream().anyMatch(Invariant::always);
  }

  private void putBack() throws SQLException {
    for (Player actor : actors.values()) {
      actor.giveBack();
    }
    world.putBack();
  }

  @Override
  public Observation observe() throws SQLException {
    return world.observe(controller);
  }

  private List<String> broken(boolean onlyAlways) throws SQLException {
    world.copy();
    List<String> broken = new ArrayList<>();
    for (Invariant invariant : scenario.invariants()) {
      boolean asked = invariant.always() || !onlyAlways;
      if (asked && !holds(invariant, onlyAlways)) {
        broken.add(invariant.name());
      }
    }
    return broken;
  }

  private boolean holds(Invariant invariant, boolean amidActors) throws SQLException {
    return amidActors
        ? world.database().holdsNow(invariant.sql())
        : world.database().ask(invariant.sql());
  }

  @Override
  public Outcome judge(Run run) throws SQLException {
    Set<String> broken = new LinkedHashSet<>(always.broken());
    broken.addAll(broken(false));
    String contents = world.database().contents();
    if (scenario.invariants().isEmpty() && !ends.contains(contents)) {
      broken.add("the end is that of some serial order");
    }
    if (run.end() == Run.End.STUCK) {
      broken.add("every actor reaches its end");
    }
    List<String> errors = new ArrayList<>();
    actors.values().forEach(actor -> errors.addAll(actor.errors()));
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
    return new Relation(world.catalogue(), isolation, asksAlways());
  }

  @Override
  public void close() throws SQLException {
    for (Player actor : actors.values()) {
      actor.close();
    }
    controller.close();
    world.close();
  }
}
