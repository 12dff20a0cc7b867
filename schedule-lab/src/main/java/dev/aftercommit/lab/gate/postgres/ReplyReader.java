package dev.aftercommit.lab.gate.postgres;

import dev.aftercommit.lab.gate.Reply;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notes what the messages of one answer say. */
final class ReplyReader {

  /** Rows kept for the diagram. */
  private static final int KEPT_ROWS = 4;

  private final List<String> tags = new ArrayList<>();
  private final List<String> columns = new ArrayList<>();
  private final List<Integer> types = new ArrayList<>();
  private final List<Boolean> binary = new ArrayList<>();
  private final List<List<@Nullable String>> rows = new ArrayList<>();
  private @Nullable String sqlState;
  private @Nullable String message;

  void read(Frame frame) {
    switch (frame.type()) {
      case 'C' -> tags.add(Frame.text(frame.body()));
      case 'T' -> describe(frame.body());
      case 'D' -> row(frame.body());
      case 'E' -> error(frame.body());
      default -> {}
    }
  }

  private void describe(ByteBuffer body) {
    columns.clear();
    types.clear();
    binary.clear();
    rows.clear();
    int count = body.getShort();
    for (int i = 0; i < count; i++) {
      columns.add(Frame.text(body));
      body.position(body.position() + 6);
      types.add(body.getInt());
      body.position(body.position() + 6);
      binary.add(body.getShort() == 1);
    }
  }

  private void row(ByteBuffer body) {
    if (rows.size() == KEPT_ROWS) {
      return;
    }
    int count = body.getShort();
    List<@Nullable String> row = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      // A result that was described to the driver before comes without description.
      boolean known = i < types.size();
      row.add(Values.read(body, known && binary.get(i), known ? types.get(i) : 0));
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
    return new Reply(List.copyOf(tags), List.copyOf(columns), List.copyOf(rows), sqlState, message);
  }
}
