package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.engine.Body;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.scenario.Scenario.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session that is a process: its command is started anew for each schedule and finds the servers
 * in its environment. When the schedule is over, or kills it, the process is ended with its
 * children, wherever it is: all that it could do is refused anyway.
 */
final class ProcessActor implements Player {

  private final Session session;
  private final String command;
  private final Map<String, String> environment;
  private final Controller controller;
  private final Path folder = Program.newFolder();
  private volatile @Nullable CommandFailure failure;

  /**
   * An actor that has not begun.
   *
   * @param command of the session
   * @param environment where its gates are
   */
  ProcessActor(
      Session session, String command, Map<String, String> environment, Controller controller) {
    this.session = session;
    this.command = command;
    this.environment = Map.copyOf(environment);
    this.controller = controller;
  }

  @Override
  public void giveBack() {
    // Its connections have ended with it.
  }

  @Override
  public void begin(boolean discard) {
    failure = null;
  }

  @Override
  public Body body() {
    return new Body() {
      @Override
      public void run() throws CommandFailure, IOException, InterruptedException {
        act();
      }

      @Override
      public boolean restarts() {
        return session.restarts();
      }

      @Override
      public boolean isProcess() {
        return true;
      }
    };
  }

  private void act() throws CommandFailure, IOException, InterruptedException {
    Program program = start();
    boolean byItself = false;
    try {
      byItself = controller.awaitEnd(session.name(), program.ended());
    } finally {
      program.kill();
      controller.awaitDisconnected(session.name());
    }
    if (byItself && program.exitCode() != 0) {
      String code = "exit %d %s".formatted(program.exitCode(), program.lastError()).strip();
      throw failed(new CommandFailure(code, program.output()));
    }
  }

  private Program start() throws CommandFailure {
    try {
      return Program.start(command, environment, folder);
    } catch (IOException e) {
      throw failed(new CommandFailure("not started: " + e.getMessage(), ""));
    }
  }

  private CommandFailure failed(CommandFailure why) {
    failure = why;
    return why;
  }

  @Override
  public List<String> errors() {
    CommandFailure last = failure;
    return last == null ? List.of() : List.of(session.name() + ": " + last.code());
  }

  @Override
  public void close() {
    Program.remove(folder);
  }
}
