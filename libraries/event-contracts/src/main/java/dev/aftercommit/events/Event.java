package dev.aftercommit.events;

import java.time.Instant;

/** A fact that a committed transaction left behind: the state of one subject after the change. */
public sealed interface Event permits EmployeeChanged, DepartmentChanged {

  /**
   * Opaque identifier of the employee or department that changed; events of one subject are
   * ordered.
   */
  String subjectId();

  /**
   * The subject's version after the change: greater than every earlier version of the same subject.
   */
  long version();

  /** When the change was made, by the clock of the service that made it. */
  Instant occurredAt();

  /** The CloudEvents type and version of this event. */
  EventType type();

  /** The topic (AMQP routing key) under which the event is published. */
  String topic();
}
