package dev.aftercommit.events;

import java.time.Instant;

/** A fact that a committed transaction left behind: the state of one subject after the change. */
public sealed interface Event permits EmployeeChanged, DepartmentChanged {

  /**
   * The greatest version that is read, 2^53 - 1: the greatest whole number that every consumer
   * compares exactly, also one that holds numbers as IEEE 754 doubles (JavaScript, Lua in Redis).
   */
  long MAX_VERSION = (1L << 53) - 1;

  /**
   * Opaque identifier of the employee or department that changed; events of one subject are
   * ordered.
   */
  String subjectId();

  /**
   * The subject's version after the change, from 0 to {@link #MAX_VERSION}: one more than that of
   * the change before, so that a version that never arrives is noticed.
   */
  long version();

  /**
   * When the change was made, by the clock of the service that made it; in the years 1970 to 9999.
   */
  Instant occurredAt();

  /** The CloudEvents type and version of this event. */
  EventType type();

  /** The topic (AMQP routing key) under which the event is published. */
  String topic();
}
