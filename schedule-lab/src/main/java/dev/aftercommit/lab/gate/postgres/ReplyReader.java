package dev.aftercommit.lab.gate.postgres;

import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.postgres.Prepared.Column;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Notes what the messages of one answer say. */
final class ReplyReader {

  /** Rows kept for the diagram. */
  private static final int KEPT_ROWS = 4;

  private final Queue<Prepared> described;
  private final Queue<Bound> executed;
  private final List<String> tags = new ArrayList<>();
  private final List<List<@Nullable String>> rows = new ArrayList<>();
  private List<Column> columns = List.of();
  private Formats formats = new Formats(List.of());

  /** The rows that come belong to the columns that are here. */
  private boolean inResult;

  private @Nullable String sqlState;
  private @Nullable String message;

  /** Reads the answer to one query of the simple protocol. */
  ReplyReader() {
    this(List.of(), List.of());
  }

  /**
   * Reads the answer to a cycle.
   *
   * @param described the statements that the client wants described, in their order; keeps the
   *     descriptions there
   * @param executed what is executed, in its order
   */
  ReplyReader(List<Prepared> described, List<Bound> executed) {
    this.described = new ArrayDeque<>(described);
    this.executed = new ArrayDeque<>(executed);
  }

  void read(Frame frame) {
    switch (frame.type()) {
      case 'T' -> describe(frame.body());
      case 'n' -> described.poll();
      case 'D' -> row(frame.body());
      case 'C' -> {
        begin(false);
        tags.add(Frame.text(frame.body()));
        end();
      }
      case 's', 'I' -> end();
      case 'E' -> error(frame.body());
      default -> {}
    }
  }

  private void describe(ByteBuffer body) {
    List<Column> found = new ArrayList<>();
    List<Short> codes = new ArrayList<>();
    int count = body.getShort();
    for (int i = 0; i < count; i++) {
      String name = Frame.text(body);
      body.position(body.position() + 6);
      found.add(new Column(name, body.getInt()));
      body.position(body.position() + 6);
      codes.add(body.getShort());
    }
    Prepared statement = described.poll();
    if (statement == null) {
      // The simple protocol: the rows come next.
      columns = found;
      formats = new Formats(codes);
      rows.clear();
      inResult = true;
    } else {
      statement.describe(found);
    }
  }

  /** What is executed may have been described long ago. */
  private void begin(boolean hasRow) {
    Bound next = executed.peek();
    if (!inResult && next != null && (hasRow || !next.statement().columns().isEmpty())) {
      columns = next.statement().columns();
      formats = next.results();
      rows.clear();
      inResult = true;
    }
  }

  private void end() {
    inResult = false;
    executed.poll();
  }

  private void row(ByteBuffer body) {
    begin(true);
    if (rows.size() == KEPT_ROWS) {
      return;
    }
    int count = body.getShort();
    List<@Nullable String> row = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int type = i < columns.size() ? columns.get(i).type() : 0;
      row.add(Values.read(body, formats.isBinary(i), type));
    }
    rows.add(row);
  }

  private void error(ByteBuffer body) {
    for (int field = body.get(); field != 0; field = body.get()) {
      String value = Frame.text(body);
      if (field == 'C') {
        sqlState = value;
      } else if (field == 'M') {
        message = value;
      }
    }
  }

  Reply reply() {
    return new Reply(
        List.copyOf(tags),
        columns.stream().map(Column::name).toList(),
        List.copyOf(rows),
        sqlState,
        message);
  }
}
