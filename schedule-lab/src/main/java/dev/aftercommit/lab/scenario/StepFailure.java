package dev.aftercommit.lab.scenario;

/** A cache or a broker refused a step, or could not be reached; part of how a schedule ends. */
final class StepFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * A failure.
   *
   * @param code the same whenever the same goes wrong
   */
  StepFailure(String code, Throwable cause) {
    super(cause);
    this.code = code;
  }

  String code() {
    return code;
  }
}
