package dev.aftercommit.stack.demo;

import java.io.IOException;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * What was there before the demo, so that only what came after is judged.
 *
 * @param position the last position of the outbox
 * @param since database time of the aggregator
 * @param published by the relays' count
 * @param duplicatesIgnored by the aggregator's count
 * @param aggregatorParked the last id of the messages the aggregator parked
 * @param notificationParked the last id of the messages the notification-service parked
 * @param parkedByRelays events that no relay could publish
 * @param deadLettered messages in the dead-letter queues
 * @param lastEmployees the last key of the employees of each instance
 * @param lastNotification the last id of the notifications
 */
record Baseline(
    long position,
    OffsetDateTime since,
    long published,
    long duplicatesIgnored,
    long aggregatorParked,
    long notificationParked,
    long parkedByRelays,
    long deadLettered,
    List<Long> lastEmployees,
    long lastNotification) {

  static Baseline take(Target target, Truth truth)
      throws SQLException, IOException, TimeoutException {
    return new Baseline(
        truth.lastPosition(),
        truth.aggregatorTime(),
        truth.published(),
        truth.duplicatesIgnored(),
        truth.lastParked("aggregator"),
        truth.lastParked("notification"),
        truth.parkedByRelays(),
        Queues.deadLettered(target),
        truth.lastEmployees(),
        truth.notifications().last());
  }
}
