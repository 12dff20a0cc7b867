package dev.aftercommit.lab.scenario;

/** A command ended with an error by itself; part of how a schedule ends. */
final class CommandFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * A failure.
   *
   * @param code the same whenever the same goes wrong
   * @param output what the command has written last
   */
  CommandFailure(String code, String output) {
    super((code + "\n" + output).strip());
    this.code = code;
  }

  String code() {
    return code;
  }
}
