package dev.aftercommit.lab.junit;

import dev.aftercommit.lab.search.Budget;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test whose method names actors and invariants to a {@link Lab} that it is given. When it
 * returns, every order of the actors' steps is run on a database of its own; the test fails with
 * the drawn schedule if one breaks an invariant, and also if not all could be run.
 *
 * <p>Which server, the class says in a static method annotated with {@link LabServerSource}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LabExtension.class)
@Test
public @interface ScheduleTest {

  /** The isolation level of transactions that name none, as SQL names it. */
  String isolation() default "READ COMMITTED";

  /** How many schedules are run at most; if there are more, the test fails. */
  int max() default 5_000;

  /**
   * How often an actor may be interrupted though it could go on. If this is set, the schedules
   * within this bound are all that the test asks for.
   */
  int preemptions() default Budget.ALL;

  /** How many of the {@link Lab#faults} one schedule has at most. */
  int faults() default 1;

  /**
   * Whether schedules are run, too, that differ only by swapped steps which touch different tables.
   * Needed if actors share anything outside the servers that they do not name.
   */
  boolean everyOrder() default false;
}
