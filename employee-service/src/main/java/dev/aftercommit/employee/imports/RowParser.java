package dev.aftercommit.employee.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads one line of the import into a row, or says what is wrong with it. */
@ApplicationScoped
class RowParser {

  private final ObjectReader reader;
  private final Validator validator;

  @Inject
  RowParser(ObjectMapper mapper, Validator validator) {
    this.reader = mapper.readerFor(Line.class);
    this.validator = validator;
  }

  /** A line as it comes. */
  record Line(
      @Nullable Long line,
      @Nullable String key,
      @Nullable String employee,
      @Nullable String email,
      @Nullable String department,
      @Nullable String salary) {}

  /**
   * The line as JSON.
   *
   * @throws RejectedRowException when it is not a JSON object of the expected form
   */
  Line read(byte[] json) throws RejectedRowException {
    try {
      Line line = reader.readValue(json);
      if (line == null) {
        throw new RejectedRowException("not a JSON object");
      }
      return line;
    } catch (JsonProcessingException e) {
      throw new RejectedRowException(
          "not a JSON object with line, key, employee, email, department, salary");
    } catch (IOException e) {
      throw new RejectedRowException("not UTF-8 text");
    }
  }

  /**
   * The line as a row whose values can be stored.
   *
   * @param position where the line stands, for when it does not say so itself
   * @throws RejectedRowException with everything that is wrong
   */
  ImportRow check(Line line, long position) throws RejectedRowException {
    ImportRow row =
        new ImportRow(
            line.line() == null ? position : line.line(),
            strip(line.key()),
            strip(line.employee()),
            line.email() == null || line.email().isBlank() ? null : line.email().strip(),
            strip(line.department()),
            SalaryText.parse(line.salary()));
    Set<ConstraintViolation<ImportRow>> violations = validator.validate(row);
    if (!violations.isEmpty()) {
      throw new RejectedRowException(
          violations.stream()
              .map(violation -> violation.getPropertyPath() + " " + violation.getMessage())
              .sorted()
              .collect(Collectors.joining("; ")));
    }
    return row;
  }

  private static String strip(@Nullable String text) {
    return text == null ? "" : text.strip();
  }
}
