package dev.aftercommit.employee.ids;

import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.publicids.IdSequence;
import dev.aftercommit.publicids.IdTokens;
import dev.aftercommit.publicids.IdType;
import dev.aftercommit.publicids.IdsUnavailableException;
import dev.aftercommit.publicids.InvalidTokenException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * Keys inside, tokens outside. A key is the {@code bigint} that rows and foreign keys have; its
 * token is what callers and events see. One follows from the other without a look into the
 * database.
 */
@ApplicationScoped
public class PublicIds {

  private final IdSequence sequence;
  private final IdTokens tokens;
  private final Clock clock;

  @Inject
  PublicIds(IdSequence sequence, IdTokens tokens, Clock clock) {
    this.sequence = sequence;
    this.tokens = tokens;
    this.clock = clock;
  }

  /**
   * A key that nobody had before; drawing it takes no statement. One that is never stored is
   * skipped.
   *
   * @throws Problem 503 when the database could give no block of ids in time
   */
  public long next() {
    try {
      return sequence.next();
    } catch (IdsUnavailableException e) {
      throw Problems.databaseUnavailable("");
    }
  }

  /** A new event's id: a UUID of version 7 that carries the 64 bits of an {@code evt_} token. */
  public UUID nextEvent() {
    return tokens.uuid(IdType.EVENT, next(), clock.instant());
  }

  /** What callers see in place of the key. */
  public String token(IdType type, long key) {
    return tokens.token(type, key);
  }

  /** The key behind a token of this type; empty when the text is none. */
  public OptionalLong parse(IdType type, String token) {
    try {
      return OptionalLong.of(tokens.key(type, token));
    } catch (InvalidTokenException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The key of an employee who may exist.
   *
   * @throws Problem 404 that says what is wrong with the token
   */
  public long employee(String token) {
    return key(IdType.EMPLOYEE, token, Problems::employeeNotFound);
  }

  /**
   * The key of a department that may exist.
   *
   * @throws Problem 404 that says what is wrong with the token
   */
  public long department(String token) {
    return key(IdType.DEPARTMENT, token, Problems::departmentNotFound);
  }

  /**
   * The key of a project that may exist.
   *
   * @throws Problem 404 that says what is wrong with the token
   */
  public long project(String token) {
    return key(IdType.PROJECT, token, Problems::projectNotFound);
  }

  /**
   * The key of a payroll run that may exist.
   *
   * @throws Problem 404 that says what is wrong with the token
   */
  public long run(String token) {
    return key(IdType.RUN, token, Problems::payrollRunNotFound);
  }

  private long key(IdType type, String token, BiFunction<String, String, Problem> refusal) {
    try {
      return tokens.key(type, token);
    } catch (InvalidTokenException e) {
      throw refusal.apply(token, String.valueOf(e.getMessage()));
    }
  }
}
