package dev.aftercommit.employee.http;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** One line of 1 to 200 characters that a database and a mail header can carry. */
@NotBlank @Size(max = 200) @Pattern(
    regexp = "[^\\p{Cc}\\p{Cs}]*",
    message = "must not contain control characters or lone surrogates")
@Constraint(validatedBy = {})
@Target({
  ElementType.FIELD,
  ElementType.PARAMETER,
  ElementType.METHOD,
  ElementType.RECORD_COMPONENT
})
@Retention(RetentionPolicy.RUNTIME)
public @interface PlainText {

  String message() default "must be one line of text";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};
}
