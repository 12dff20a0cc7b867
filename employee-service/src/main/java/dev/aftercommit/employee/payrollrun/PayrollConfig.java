package dev.aftercommit.employee.payrollrun;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** How payroll runs are worked off; the README's table explains each. */
@ConfigMapping(prefix = "aftercommit.payroll-run")
interface PayrollConfig {

  /** Workers of this instance. */
  @WithDefault("2")
  @Min(1) @Max(16) int workers();

  /** Employees that one worker claims at once, in one transaction. */
  @WithDefault("500")
  @Min(1) @Max(10_000) int batchSize();

  /** How often idle workers look for a run, or for a claim that came back; {@code off}: never. */
  @WithDefault("2s")
  String pollInterval();
}
