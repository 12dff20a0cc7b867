package dev.aftercommit.lab.gate.postgres;

import dev.aftercommit.lab.gate.postgres.SqlStep.Query;
import dev.aftercommit.lab.sql.Statement;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects the messages of the client up to the point where the server must answer. */
final class Cycle {

  private final Map<String, Prepared> prepared = new HashMap<>();
  private final Map<String, Bound> portals = new HashMap<>();
  private final List<Frame> frames = new ArrayList<>();
  private final List<Prepared> described = new ArrayList<>();
  private final List<Bound> executed = new ArrayList<>();

  void add(Frame frame) {
    frames.add(frame);
    ByteBuffer body = frame.body();
    switch (frame.type()) {
      case 'Q' -> executed.add(Bound.simple(Frame.text(body)));
      case 'P' -> parse(body);
      case 'B' -> bind(body);
      case 'D' -> describe(body);
      case 'E' -> executed.add(portal(Frame.text(body)));
      case 'F' -> executed.add(Bound.simple("(function call)"));
      default -> {}
    }
  }

  private void parse(ByteBuffer body) {
    String name = Frame.text(body);
    String sql = Frame.text(body);
    List<Integer> types = new ArrayList<>();
    int count = body.getShort();
    for (int i = 0; i < count; i++) {
      types.add(body.getInt());
    }
    prepared.put(name, new Prepared(sql, types));
  }

  private void bind(ByteBuffer body) {
    String portal = Frame.text(body);
    Prepared statement = statement(Frame.text(body));
    Formats formats = Formats.read(body);
    List<String> parameters = new ArrayList<>();
    int count = body.getShort();
    for (int i = 0; i < count; i++) {
      int type = i < statement.types().size() ? statement.types().get(i) : 0;
      String value = Values.read(body, formats.isBinary(i), type);
      parameters.add(value == null ? "NULL" : "'" + value + "'");
    }
    Query query = new Query(statement.sql(), parameters);
    portals.put(portal, new Bound(query, statement, Formats.read(body)));
  }

  private void describe(ByteBuffer body) {
    boolean isStatement = body.get() == 'S';
    String name = Frame.text(body);
    described.add(isStatement ? statement(name) : portal(name).statement());
  }

  private Prepared statement(String name) {
    return prepared.getOrDefault(name, new Prepared("(unknown statement)", List.of()));
  }

  private Bound portal(String name) {
    Bound bound = portals.get(name);
    return bound == null ? Bound.simple("(unknown portal)") : bound;
  }

  /** Whether nothing is executed: the messages only prepare or describe. */
  boolean onlyPrepares() {
    return executed.isEmpty();
  }

  /** How many messages the server answers to these before it waits for more. */
  int answersWithoutSync() {
    return (int) frames.stream().filter(f -> "PBDEC".indexOf(f.type()) >= 0).count();
  }

  List<Frame> frames() {
    return List.copyOf(frames);
  }

  SqlStep step() {
    List<Query> queries = executed.stream().map(Bound::query).toList();
    List<Statement> statements =
        queries.stream().flatMap(query -> Statement.parse(query.sql()).stream()).toList();
    return new SqlStep(queries, statements, SqlStep.Kind.PLAIN);
  }

  /** Reads what the server answers to these messages. */
  ReplyReader replyReader() {
    return new ReplyReader(described, executed);
  }

  void clear() {
    frames.clear();
    described.clear();
    executed.clear();
  }
}
