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
  private final List<Bound> executed = new ArrayList<>();

  private record Prepared(String sql, List<Integer> types) {}

  private record Bound(String sql, List<String> parameters) {}

  void add(Frame frame) {
    frames.add(frame);
    ByteBuffer body = frame.body();
    switch (frame.type()) {
      case 'Q' -> executed.add(new Bound(Frame.text(body), List.of()));
      case 'P' -> parse(body);
      case 'B' -> bind(body);
      case 'E' -> {
        Bound bound = portals.get(Frame.text(body));
        executed.add(bound == null ? new Bound("(unknown portal)", List.of()) : bound);
      }
      case 'F' -> executed.add(new Bound("(function call)", List.of()));
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
    String name = Frame.text(body);
    Prepared statement =
        prepared.getOrDefault(name, new Prepared("(unknown statement)", List.of()));
    int[] formats = new int[body.getShort()];
    for (int i = 0; i < formats.length; i++) {
      formats[i] = body.getShort();
    }
    List<String> parameters = new ArrayList<>();
    int count = body.getShort();
    for (int i = 0; i < count; i++) {
      int format = formats.length == 0 ? 0 : formats[formats.length == 1 ? 0 : i];
      int type = i < statement.types().size() ? statement.types().get(i) : 0;
      String value = Values.read(body, format == 1, type);
      parameters.add(value == null ? "NULL" : "'" + value + "'");
    }
    portals.put(portal, new Bound(statement.sql(), parameters));
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
    List<Query> queries =
        executed.stream().map(bound -> new Query(bound.sql(), bound.parameters())).toList();
    List<Statement> statements =
        queries.stream().flatMap(query -> Statement.parse(query.sql()).stream()).toList();
    return new SqlStep(queries, statements, SqlStep.Kind.PLAIN);
  }

  void clear() {
    frames.clear();
    executed.clear();
  }
}
