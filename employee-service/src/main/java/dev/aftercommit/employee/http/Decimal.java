package dev.aftercommit.employee.http;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A decimal number from {@link #min} to {@link #max} with at most {@link #fraction} decimals; null
 * is valid. Unlike {@code @Digits} it holds for every exponent, at the same cost.
 */
@Constraint(validatedBy = Decimal.Validator.class)
@Target({
  ElementType.FIELD,
  ElementType.PARAMETER,
  ElementType.METHOD,
  ElementType.RECORD_COMPONENT,
  ElementType.ANNOTATION_TYPE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface Decimal {

  /** The least value, in decimal notation. */
  String min();

  /** The greatest value, in decimal notation; no value has more digits before the point. */
  String max();

  /** The most decimals, zeros among them. */
  int fraction();

  String message() default "must be a number from {min} to {max} with at most {fraction} decimals";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Looks at the count of digits, by sums that no exponent overflows, before it computes. */
  final class Validator implements ConstraintValidator<Decimal, BigDecimal> {

    private BigDecimal min = BigDecimal.ZERO;
    private BigDecimal max = BigDecimal.ZERO;
    private int fraction;

    @Override
    public void initialize(Decimal bounds) {
      min = new BigDecimal(bounds.min());
      max = new BigDecimal(bounds.max());
      fraction = bounds.fraction();
    }

    @Override
    public boolean isValid(@Nullable BigDecimal value, ConstraintValidatorContext context) {
      return value == null
          || (value.scale() <= fraction
              && integerDigits(value) <= integerDigits(max)
              && value.compareTo(min) >= 0
              && value.compareTo(max) <= 0);
    }

    private static long integerDigits(BigDecimal value) {
      return (long) value.precision() - value.scale();
    }
  }
}
