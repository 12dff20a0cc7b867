package dev.aftercommit.lab.scenario;

/** A cache or a broker refused a step, or could not be reached; part of how a schedule ends. */
public final class StepFailure extends Exception {

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

  /** The same whenever the same goes wrong. */
  public String code() {
    return code;
  }
}
