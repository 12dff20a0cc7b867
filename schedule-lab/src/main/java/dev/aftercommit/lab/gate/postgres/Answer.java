package dev.aftercommit.lab.gate.postgres;

import dev.aftercommit.lab.gate.Reply;
import java.util.ArrayList;
import java.util.List;

/** The messages that answer one step, up to ReadyForQuery. */
record Answer(List<Frame> frames, Reply reply) {

  /** The state of the transaction afterwards: I, T or E. */
  char status() {
    return (char) frames.getLast().body().get();
  }

  /** The same, ended outside a transaction or in whatever state the client shall believe. */
  Answer ended(char status) {
    List<Frame> changed = new ArrayList<>(frames);
    changed.set(changed.size() - 1, Frame.readyForQuery(status));
    return new Answer(changed, reply);
  }

  /** The same, but the last statement did not succeed: its commit failed. */
  Answer failedAtCommit(Answer commit) {
    List<Frame> changed = new ArrayList<>(frames.subList(0, frames.size() - 1));
    for (int i = changed.size() - 1; i >= 0; i--) {
      if (changed.get(i).type() == 'C') {
        changed.remove(i);
        break;
      }
    }
    commit.frames().stream().filter(frame -> frame.type() == 'E').forEach(changed::add);
    changed.add(Frame.readyForQuery('I'));
    return new Answer(changed, commit.reply());
  }
}
