package dev.aftercommit.stack.demo;

import dev.aftercommit.stack.demo.Notifications.Notification;
import dev.aftercommit.stack.rest.DepartmentAverage;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/** Compares what the system shows with the truth, after it has drained. */
final class Judge {

  private final Target target;
  private final Truth truth;
  private final Baseline baseline;
  private final List<Check> checks = new ArrayList<>();

  Judge(Target target, Truth truth, Baseline baseline) {
    this.target = target;
    this.truth = truth;
    this.baseline = baseline;
  }

  /** What was found, in the order of the questions. */
  List<Check> checks() {
    return List.copyOf(checks);
  }

  /** Every average of the aggregator equals the one by SQL, and so do headcount and total. */
  List<DepartmentResult> averages(RestClient rest)
      throws SQLException, IOException, InterruptedException {
    List<DepartmentResult> results =
        DepartmentResult.compare(
            DepartmentAverage.readAll(rest, target.aggregators().getLast()), truth.departments());
    long wrong = results.stream().filter(result -> !result.equal()).count();
    add(
        "every average is exact, to the cent",
        wrong == 0,
        "%d of %d departments equal".formatted(results.size() - wrong, results.size()));
    return results;
  }

  /** The set of committed events is the set of effects. */
  void effects(Map<UUID, Truth.Event> events, Map<UUID, Instant> effects) {
    Set<UUID> missing = new HashSet<>(events.keySet());
    missing.removeAll(effects.keySet());
    Set<UUID> surplus = new HashSet<>(effects.keySet());
    surplus.removeAll(events.keySet());
    add(
        "effects = committed, event by event",
        missing.isEmpty() && surplus.isEmpty(),
        "%,d events, %,d effects, %,d missing, %,d without an event"
            .formatted(events.size(), effects.size(), missing.size(), surplus.size()));
  }

  /** Each change that was answered as committed left one event, and no other change did. */
  void answers(long eventsOfClients, Tally tally) {
    long committed = tally.committed();
    long uncertain = tally.uncertainCount();
    add(
        "one event per change that was answered as committed",
        eventsOfClients >= committed && eventsOfClients <= committed + uncertain,
        "%,d answered, %,d events%s"
            .formatted(
                committed,
                eventsOfClients,
                uncertain == 0
                    ? ""
                    : ", %,d without a clear answer (first: %s)"
                        .formatted(uncertain, tally.firstUncertain())));
  }

  /** Nothing that rolled back has left a trace. */
  void rolledBack(BigDecimal impossibleSalary, Tally tally) throws SQLException {
    Map<String, Long> traces = new TreeMap<>(truth.tracesOfRolledBack(impossibleSalary));
    long sum = traces.values().stream().mapToLong(Long::longValue).sum();
    add(
        "no rolled-back change is visible anywhere",
        sum == 0 && tally.wronglyAcceptedCount() == 0,
        "%,d rolled back, traces %s".formatted(tally.rolledBackCount(), traces));
  }

  /** Both consumers parked every malformed message under its reason, and nothing else anywhere. */
  int parked(List<MalformedMessage> injected) throws SQLException, IOException, TimeoutException {
    List<Truth.ParkedMessage> atAggregator =
        truth.parked("aggregator", baseline.aggregatorParked());
    List<Truth.ParkedMessage> atNotification =
        truth.parked("notification", baseline.notificationParked());
    List<Truth.ParkedMessage> others = new ArrayList<>(others(injected, atAggregator));
    others.addAll(others(injected, atNotification));
    int parked = atAggregator.size() + atNotification.size();
    int right = parked - others.size();
    long deadLettered = Queues.deadLettered(target) - baseline.deadLettered();
    long atRelays = truth.parkedByRelays() - baseline.parkedByRelays();
    add(
        "every malformed message is parked with its reason, nothing else is",
        right == 2 * injected.size() && others.isEmpty() && deadLettered == 0 && atRelays == 0,
        "%d of %d with their reason, %d others%s, %d dead-lettered, %d at the relays"
            .formatted(
                right,
                2 * injected.size(),
                others.size(),
                others.isEmpty() ? "" : " (first: %s)".formatted(others.getFirst().detail()),
                deadLettered,
                atRelays));
    return parked;
  }

  /** What was published again came again, and changed nothing (the averages show that). */
  void republished(long republished, long duplicatesIgnored) {
    add(
        "events published again are recognised and ignored",
        republished > 0 && duplicatesIgnored >= republished,
        "%,d published again, %,d duplicates ignored".formatted(republished, duplicatesIgnored));
  }

  /** Each employee's events are numbered from 0 to the version of the row, without gap. */
  void versions() throws SQLException {
    long wrong = truth.employeesWithGaps(baseline.position(), baseline.lastEmployees());
    add(
        "each employee's events are numbered without gap up to the row's version",
        wrong == 0,
        wrong == 0 ? "no gap" : "%,d employees with a gap".formatted(wrong));
  }

  /** One notification per change of a salary, and a mail for each with an address. */
  void notifications(Map<UUID, Truth.Event> events) throws SQLException {
    List<Notification> made = truth.notifications().after(baseline.lastNotification());
    Set<UUID> missing = new HashSet<>();
    events.forEach(
        (id, event) -> {
          if (event.topic().equals(Truth.SALARY_CHANGED)) {
            missing.add(id);
          }
        });
    int salaryChanges = missing.size();
    made.forEach(notification -> missing.remove(notification.event()));
    long unsettled =
        made.stream().filter(n -> !n.isSent() && !n.state().equals("WITHOUT_ADDRESS")).count();
    add(
        "one notification per salary change",
        missing.isEmpty() && made.size() == salaryChanges && unsettled == 0,
        "%,d changes, %,d notifications, %,d missing, %,d not sent"
            .formatted(salaryChanges, made.size(), missing.size(), unsettled));
    target.receivedMessageIds().ifPresent(received -> mails(made, received));
  }

  private void mails(List<Notification> made, Set<String> received) {
    List<String> sent =
        made.stream().filter(Notification::isSent).map(Notification::messageId).toList();
    long arrived = sent.stream().filter(received::contains).count();
    add(
        "every mail arrived, each under its own Message-ID",
        arrived == sent.size() && Set.copyOf(sent).size() == sent.size(),
        "%,d sent, %,d arrived".formatted(sent.size(), arrived));
  }

  /** Payrolls are the sums of the salaries and within the budgets. */
  void budgets() throws SQLException {
    List<Truth.Department> departments = truth.departments();
    long wrong =
        departments.stream()
            .filter(
                d -> d.payroll().compareTo(d.total()) != 0 || d.total().compareTo(d.budget()) > 0)
            .count();
    add(
        "every payroll is the sum of its salaries and within its budget",
        wrong == 0,
        "%d of %d departments".formatted(departments.size() - wrong, departments.size()));
  }

  /** The days of each employee add up, the one closed under load included. */
  boolean tallies() throws SQLException {
    long wrong = truth.talliesThatDoNotAddUp();
    long days = truth.historyRows();
    add(
        "for every employee the days and today add up to the total change",
        wrong == 0 && days > 0,
        "%,d days in the history, %,d employees wrong".formatted(days, wrong));
    return wrong == 0;
  }

  /** No read after a change showed the state before it. */
  void reads(Tally tally) {
    add(
        "whoever reads after a change finds it, cached or not",
        tally.staleCount() == 0 && tally.readBackCount() > 0,
        "%,d read back, %,d stale".formatted(tally.readBackCount(), tally.staleCount()));
  }

  /** Of several callers at once one froze, and one unfroze. */
  void freezes(Operations operations) {
    add(
        "of several callers who freeze at once, one does",
        operations.doubleFreezes() == 0 && operations.freezes() > 0,
        "%,d won, %,d more than once".formatted(operations.freezes(), operations.doubleFreezes()));
  }

  /** A command that came twice had its effect once, and both got one answer. */
  void repeats(Tally tally) {
    add(
        "a command sent twice under one key has one effect and one answer",
        tally.repeatedWronglyCount() == 0 && tally.replayedCount() > 0,
        "%,d sent twice, %,d wrong"
            .formatted(
                tally.replayedCount() + tally.repeatedWronglyCount(),
                tally.repeatedWronglyCount()));
  }

  /** Each sampled write became visible to a reader with its token. */
  void visibility(LatencyProbe probe) {
    add(
        "every sampled write became visible to its reader",
        probe.failures() == 0 && probe.micros().getTotalCount() > 0,
        "%,d samples%s%s"
            .formatted(
                probe.micros().getTotalCount(),
                probe.failures() == 0
                    ? ""
                    : ", %,d not within a minute: %s"
                        .formatted(probe.failures(), probe.firstFailures()),
                probe.skipped() == 0 ? "" : ", %,d not taken".formatted(probe.skipped())));
  }

  /** Whether all drained in time. */
  void drained(List<String> missing) {
    if (!missing.isEmpty()) {
      add("everything is drained in time", false, "still missing: " + String.join(", ", missing));
    }
  }

  private void add(String promise, boolean held, String found) {
    checks.add(new Check(promise, held, found));
  }

  /** The parked messages that are not one of the injected ones under its reason. */
  private static List<Truth.ParkedMessage> others(
      List<MalformedMessage> injected, List<Truth.ParkedMessage> parked) {
    Map<String, Integer> expected = new HashMap<>();
    injected.forEach(
        message -> expected.merge(signature(message.reason(), message.body()), 1, Integer::sum));
    List<Truth.ParkedMessage> others = new ArrayList<>();
    for (Truth.ParkedMessage message : parked) {
      int left = expected.merge(signature(message.reason(), message.body()), -1, Integer::sum);
      if (left < 0) {
        others.add(message);
      }
    }
    return others;
  }

  private static String signature(String reason, byte[] body) {
    return reason + " " + UUID.nameUUIDFromBytes(body);
  }
}
