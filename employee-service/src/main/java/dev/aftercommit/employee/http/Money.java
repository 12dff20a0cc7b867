package dev.aftercommit.employee.http;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.constraints.NotNull;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An amount of money from 0 to 999999999999.99 with at most two decimals. */
@NotNull @Decimal(min = "0", max = Money.MAX, fraction = 2)
@Constraint(validatedBy = {})
@Target({
  ElementType.FIELD,
  ElementType.PARAMETER,
  ElementType.METHOD,
  ElementType.RECORD_COMPONENT
})
@Retention(RetentionPolicy.RUNTIME)
public @interface Money {

  /** The greatest amount that the database stores. */
  String MAX = "999999999999.99";

  String message() default "must be an amount of money";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};
}
