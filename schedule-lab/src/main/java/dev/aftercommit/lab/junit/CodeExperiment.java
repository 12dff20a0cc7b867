package dev.aftercommit.lab.junit;

import dev.aftercommit.lab.database.LabDatabase;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.engine.Body;
import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.engine.Limits;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.gate.postgres.PostgresGate;
import dev.aftercommit.lab.observe.DatabaseView;
import dev.aftercommit.lab.observe.Observation;
import dev.aftercommit.lab.search.Experiment;
import dev.aftercommit.lab.search.Fixture;
import dev.aftercommit.lab.search.Outcome;
import dev.aftercommit.lab.sql.Relation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Actors in code, each over connections of its own. */
final class CodeExperiment implements Experiment, AutoCloseable {

  private final Lab lab;
  private final LabDatabase database;
  private final Controller controller;
  private final Map<String, ActorDataSource> sources = new LinkedHashMap<>();
  private final Fixture fixture;

  private CodeExperiment(Lab lab, LabDatabase database, Controller controller) {
    this.lab = lab;
    this.database = database;
    this.fixture = new Fixture(database, lab.fixture());
    this.controller = controller;
  }

  static CodeExperiment open(Lab lab, String isolation, ServerAddress server) throws SQLException {
    LabDatabase database = LabDatabase.create(server);
    Controller controller =
        new Controller(
            lab.actors().keySet(),
            Map.of(Service.POSTGRES, PostgresGate.opener(server.socket())),
            server.connect(database.name()),
            Limits.standard());
    CodeExperiment experiment = new CodeExperiment(lab, database, controller);
    for (String actor : lab.actors().keySet()) {
      ActorDataSource source = new ActorDataSource();
      source.setServerNames(new String[] {"127.0.0.1"});
      source.setPortNumbers(new int[] {controller.port(actor, Service.POSTGRES)});
      source.setDatabaseName(database.name());
      source.setUser(server.user());
      source.setPassword(server.password());
      source.setOptions(
          "-c deadlock_timeout=1h -c default_transaction_isolation="
              + isolation.toLowerCase(Locale.ROOT).replace(" ", "\\ "));
      experiment.sources.put(actor, source);
    }
    return experiment;
  }

  @Override
  public List<String> actors() {
    return List.copyOf(lab.actors().keySet());
  }

  @Override
  public Run run(Chooser chooser) throws SQLException, InterruptedException {
    for (ActorDataSource source : sources.values()) {
      source.reset();
    }
    fixture.putBack();
    Map<String, Body> bodies = new LinkedHashMap<>();
    lab.actors()
        .forEach(
            (name, code) -> {
              ActorDataSource source = sources.get(name);
              if (source != null) {
                bodies.put(name, () -> code.run(source));
              }
            });
    Run run = controller.run(bodies, Gate.Mode.STEPS, chooser);
    fixture.changedBy(run);
    return run;
  }

  @Override
  public Observation observe() throws SQLException {
    return new DatabaseView(database.control()).observe(controller::actorOf);
  }

  @Override
  public Outcome judge(Run run) throws SQLException {
    List<String> broken = new ArrayList<>();
    for (Map.Entry<String, String> invariant : lab.invariants().entrySet()) {
      if (!database.ask(invariant.getValue())) {
        broken.add(invariant.getKey());
      }
    }
    if (run.end() == Run.End.STUCK) {
      broken.add("every actor reaches its end");
    }
    StringBuilder state = new StringBuilder(database.contents());
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

  /** None: code may choose its isolation level itself, which the gate does not follow. */
  @Override
  public @Nullable Relation relation() {
    return null;
  }

  @Override
  public void close() throws SQLException {
    for (ActorDataSource source : sources.values()) {
      source.close();
    }
    controller.close();
    database.close();
  }
}
