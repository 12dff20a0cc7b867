package dev.aftercommit.lab.report;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Option;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.amqp.AmqpStep;
import dev.aftercommit.lab.gate.postgres.SqlStep;
import dev.aftercommit.lab.sql.Effect;
import dev.aftercommit.lab.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A schedule as it could have been seen, step by step. */
final class Story {

  private record RedisCommand(String text, Effect effect) implements Step {
    @Override
    public String fingerprint() {
      return text;
    }
  }

  private final List<Event> events = new ArrayList<>();

  Story sql(String actor, String sql, String tag) {
    List<SqlStep.Query> queries = List.of(new SqlStep.Query(sql, List.of()));
    Step step = new SqlStep(queries, Statement.parse(sql), SqlStep.Kind.PLAIN);
    return add(actor, step, Turn.RUN, Reply.of(tag));
  }

  Story commit(String actor) {
    return sql(actor, "COMMIT", "COMMIT");
  }

  Story rollback(String actor) {
    return sql(actor, "ROLLBACK", "ROLLBACK");
  }

  Story get(String actor, String key, String value) {
    Effect effect = new Effect(Set.of("redis:*", "redis:" + key), Set.of(), Set.of(), false, false);
    return add(actor, new RedisCommand("GET " + key, effect), Turn.RUN, Reply.of(value));
  }

  Story put(String actor, String command, String key) {
    Set<String> names = Set.of("redis:" + key);
    Effect effect = new Effect(Set.of("redis:*"), names, names, false, false);
    return add(actor, new RedisCommand(command + " " + key, effect), Turn.RUN, Reply.of("OK"));
  }

  Story amqp(String actor, AmqpStep.Kind kind, String queue, Turn turn) {
    return add(actor, new AmqpStep(kind, queue, "", Set.of(queue)), turn, Reply.of(""));
  }

  private Story add(String actor, Step step, Turn turn, Reply reply) {
    events.add(new Event(new Option(actor, step, turn), reply, List.of(), List.of(), List.of()));
    return this;
  }

  String why() {
    return Anomaly.explain(events, false);
  }
}
