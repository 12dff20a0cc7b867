package dev.aftercommit.stack.process;

import java.util.OptionalLong;

/**
 * Something that is started, stopped and killed: a process, a container, or somebody else's server.
 */
public interface Lifecycle {

  /** How it is run, for people. */
  String origin();

  /** The process it runs as, where that is one of this machine's; empty for the others. */
  default OptionalLong processId() {
    return OptionalLong.empty();
  }

  /** Starts it unless it runs; returns before it answers. */
  void start();

  /** Stops it in good order; nothing happens when it does not run. */
  void stop();

  /** Kills it as a crash would; nothing happens when it does not run. */
  void kill();

  /** Holds it, so that it answers nobody until {@link #resume}; clients stay connected. */
  void pause();

  /** Lets it go on. */
  void resume();

  /** Whether it is there; it may not answer yet. */
  boolean isRunning();

  /** The end of its log, for error messages. */
  String logTail();

  /** Stops it for good and frees what only this run needs. */
  void close();
}
