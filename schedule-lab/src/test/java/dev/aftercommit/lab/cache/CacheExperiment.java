package dev.aftercommit.lab.cache;

import dev.aftercommit.lab.LabCache;
import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.engine.Body;
import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.engine.Faults;
import dev.aftercommit.lab.engine.Limits;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.search.Experiment;
import dev.aftercommit.lab.search.Outcome;
import dev.aftercommit.lab.sql.Catalogue;
import dev.aftercommit.lab.sql.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;

/** Actors that use Redis alone; each ends well if Redis holds what is wanted. */
final class CacheExperiment implements Experiment, AutoCloseable {

  private final LabRedis redis = LabRedis.create(LabCache.address());
  private final Map<String, Consumer<Jedis>> actors;
  private final String wanted;
  private final Controller controller;
  private final Relation relation;
  private final Map<String, Jedis> clients = new ConcurrentHashMap<>();
  private Faults faults = Faults.NONE;

  /**
   * Opens gates.
   *
   * @param actors what each does with its connection
   * @param setUp commands that make what every schedule begins with
   * @param wanted what the contents must be at the end; empty if any will do
   */
  CacheExperiment(Map<String, Consumer<Jedis>> actors, List<String> setUp, String wanted)
      throws SQLException {
    this.actors = new TreeMap<>(actors);
    this.wanted = wanted;
    setUp.forEach(redis::execute);
    redis.keep();
    ServerAddress server = LabServer.address();
    controller =
        new Controller(
            this.actors.keySet(),
            Map.of(Service.REDIS, redis.opener()),
            server.connect(server.maintenance()),
            Limits.standard());
    try (Connection connection = server.connect(server.maintenance())) {
      relation = new Relation(Catalogue.read(connection), false);
    }
  }

  CacheExperiment with(Faults allowed) {
    faults = allowed;
    controller.faults(allowed);
    return this;
  }

  @Override
  public List<String> actors() {
    return List.copyOf(actors.keySet());
  }

  @Override
  public Run run(Chooser chooser) throws SQLException, InterruptedException {
    redis.restore();
    Map<String, Body> bodies = new LinkedHashMap<>();
    actors.forEach((name, code) -> bodies.put(name, () -> code.accept(client(name))));
    return controller.run(bodies, Gate.Mode.STEPS, chooser);
  }

  /** A connection through the actor's gate, kept until it breaks. */
  private Jedis client(String actor) {
    return clients.compute(
        actor, (name, kept) -> kept == null || kept.isBroken() ? connect(name) : kept);
  }

  private Jedis connect(String actor) {
    return new Jedis(
        "127.0.0.1",
        controller.port(actor, Service.REDIS),
        DefaultJedisClientConfig.builder()
            .password(redis.server().password())
            .database(redis.index())
            .build());
  }

  @Override
  public Outcome judge(Run run) {
    String contents = redis.contents();
    Set<String> failed = new TreeSet<>(run.failures().keySet());
    boolean good = wanted.isEmpty() || wanted.equals(contents);
    return new Outcome(good ? List.of() : List.of(wanted), contents + " failed: " + failed);
  }

  @Override
  public int faults() {
    return faults.budget();
  }

  @Override
  public Relation relation() {
    return relation;
  }

  @Override
  public void close() throws SQLException {
    clients.values().forEach(Jedis::close);
    controller.close();
    redis.close();
  }
}
