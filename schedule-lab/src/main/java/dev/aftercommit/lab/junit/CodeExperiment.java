package dev.aftercommit.lab.junit;

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
import dev.aftercommit.lab.observe.Observation;
import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.scenario.ScenarioWorld;
import dev.aftercommit.lab.search.Always;
import dev.aftercommit.lab.search.Experiment;
import dev.aftercommit.lab.search.Outcome;
import dev.aftercommit.lab.search.SerialEnds;
import dev.aftercommit.lab.sql.Isolation;
import dev.aftercommit.lab.sql.Relation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Actors in code, each over connections of its own. */
final class CodeExperiment implements Experiment, AutoCloseable {

  private final Lab lab;
  private final Settings settings;
  private final ScenarioWorld world;
  private final Controller controller;
  private final Isolation isolation;
  private final Map<String, Actor> actors = new LinkedHashMap<>();
  private final Always always;
  private final SerialEnds serialEnds;
  private Set<String> ends = Set.of();

  /**
   * How it is run.
   *
   * @param isolation of transactions that name none, as SQL names it
   * @param faults in one schedule at most
   * @param everyOrder whether swapped independent steps are run too
   */
  record Settings(String isolation, int faults, boolean everyOrder) {

    boolean is(String level) {
      return isolation.strip().toUpperCase(Locale.ROOT).equals(level);
    }
  }

  /** Asks the database something. */
  @FunctionalInterface
  private interface Question {
    boolean ask(String sql) throws SQLException;
  }

  private CodeExperiment(
      Lab lab, Settings settings, ScenarioWorld world, Controller controller, Isolation isolation) {
    this.lab = lab;
    this.settings = settings;
    this.world = world;
    this.controller = controller;
    this.isolation = isolation;
    this.serialEnds = new SerialEnds(actors(), this::addEnd);
    this.always = new Always(() -> broken(lab.atAllTimes(), world.database()::holdsNow));
  }

  static CodeExperiment open(Lab lab, Settings settings, Addresses addresses) throws SQLException {
    Isolation isolation = new Isolation(settings.is("REPEATABLE READ"));
    ScenarioWorld world = ScenarioWorld.open(lab.world(), lab.usesRedis(), addresses);
    Controller controller =
        new Controller(
            lab.actors().keySet(),
            world.openers(isolation),
            addresses.postgres().connect(world.database().name()),
            Limits.standard());
    CodeExperiment experiment = new CodeExperiment(lab, settings, world, controller, isolation);
    for (String actor : lab.actors().keySet()) {
      experiment.actors.put(
          actor,
          new Actor(actor, controller, world, experiment.source(actor, addresses.postgres())));
    }
    experiment.allowFaults();
    return experiment;
  }

  private ActorDataSource source(String actor, ServerAddress server) {
    ActorDataSource source = new ActorDataSource(() -> controller.isKilled(actor));
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {controller.port(actor, Service.POSTGRES)});
    source.setDatabaseName(world.database().name());
    source.setUser(server.user());
    source.setPassword(server.password());
    source.setOptions(
        "-c deadlock_timeout=1h -c default_transaction_isolation="
            + settings.isolation().toLowerCase(Locale.ROOT).replace(" ", "\\ "));
    return source;
  }

  private void addEnd(Chooser chooser, Set<String> idle, Set<String> found)
      throws SQLException, InterruptedException {
    if (runOnce(chooser, idle).end() == Run.End.COMPLETE) {
      world.copy();
      found.add(world.database().contents());
    }
  }

  private void allowFaults() {
    Map<Turn, Set<String>> kinds = new EnumMap<>(Turn.class);
    lab.faults().forEach(turn -> kinds.put(turn, Set.of()));
    controller.faults(new Faults(kinds, kinds.isEmpty() ? 0 : settings.faults()));
  }

  @Override
  public List<String> actors() {
    return List.copyOf(lab.actors().keySet());
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
    if (lab.isSerial()) {
      ends = serialEnds.without(idle);
    }
    return runOnce(chooser, idle);
  }

  private Run runOnce(Chooser chooser, Set<String> idle) throws SQLException, InterruptedException {
    actors.values().forEach(Actor::reset);
    world.putBack();
    Map<String, Body> bodies = new LinkedHashMap<>();
    actors.forEach((name, actor) -> bodies.put(name, idle.contains(name) ? () -> {} : body(actor)));
    Chooser asking = lab.atAllTimes().isEmpty() ? chooser : always.around(chooser);
    Run run = controller.run(bodies, Gate.Mode.STEPS, asking);
    world.changedBy(run);
    return run;
  }

  @Override
  public Observation observe() throws SQLException {
    return world.observe(controller);
  }

  private Body body(Actor actor) {
    Lab.ActorCode code = lab.actors().get(actor.name());
    if (code == null) {
      throw new IllegalArgumentException("No actor " + actor.name());
    }
    return new Body() {
      @Override
      public void run() throws Exception {
        try {
          code.run(actor);
        } finally {
          actor.ended();
        }
      }

      @Override
      public boolean restarts() {
        return lab.restarts(actor.name());
      }
    };
  }

  private List<String> broken(Map<String, String> invariants, Question question)
      throws SQLException {
    world.copy();
    List<String> broken = new ArrayList<>();
    for (Map.Entry<String, String> invariant : invariants.entrySet()) {
      if (!question.ask(invariant.getValue())) {
        broken.add(invariant.getKey());
      }
    }
    return broken;
  }

  @Override
  public Outcome judge(Run run) throws SQLException {
    Set<String> broken = new LinkedHashSet<>(always.broken());
    broken.addAll(broken(lab.atAllTimes(), world.database()::ask));
    broken.addAll(broken(lab.atTheEnd(), world.database()::ask));
    String contents = world.database().contents();
    if (lab.isSerial() && !ends.contains(contents)) {
      broken.add("the end is that of some serial order");
    }
    if (run.end() == Run.End.STUCK) {
      broken.add("every actor reaches its end");
    }
    StringBuilder state = new StringBuilder(contents);
    run.failures()
        .forEach(
            (actor, failure) -> {
              String kind =
                  failure instanceof SQLException sql
                      ? sql.getSQLState()
                      : failure.getClass().getSimpleName();
              state.append("; ").append(actor).append(" threw ").append(kind);
            });
    return new Outcome(List.copyOf(broken), state.toString());
  }

  @Override
  public int faults() {
    return lab.faults().isEmpty() ? 0 : settings.faults();
  }

  @Override
  public @Nullable Relation relation() throws SQLException {
    if (settings.everyOrder() || settings.is("SERIALIZABLE")) {
      return null;
    }
    world.putBack();
    return new Relation(world.catalogue(), isolation, !lab.atAllTimes().isEmpty());
  }

  @Override
  public void close() throws SQLException {
    actors.values().forEach(Actor::close);
    controller.close();
    world.close();
  }
}
