package dev.aftercommit.stack.servers;

/** Starts and stops one server in one of the three ways to have it. */
interface Lifecycle {

  String origin();

  void start();

  void stop();

  void kill();

  boolean isRunning();

  /** The end of the server's log, for error messages. */
  String logTail();

  /** Stops whatever was started and frees what only this run needs. */
  void close();
}
