package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.Lifecycle;

/** A server that the environment names: we use it and leave it alone. */
record GivenServer(ServerKind kind) implements Lifecycle {

  @Override
  public String origin() {
    return "given by " + kind.urlVariable();
  }

  @Override
  public void start() {}

  @Override
  public void stop() {
    throw refusal("stopped");
  }

  @Override
  public void kill() {
    throw refusal("killed");
  }

  @Override
  public void pause() {
    throw refusal("paused");
  }

  @Override
  public void resume() {
    throw refusal("paused");
  }

  @Override
  public boolean isRunning() {
    return true;
  }

  @Override
  public String logTail() {
    return "(its log is not ours to read)";
  }

  @Override
  public void close() {}

  private UnsupportedOperationException refusal(String what) {
    return new UnsupportedOperationException(
        "%s is given by %s and so cannot be %s from here; unset %s to let this program start its own"
            .formatted(kind.title(), kind.urlVariable(), what, kind.urlVariable()));
  }
}
