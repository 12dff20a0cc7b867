package dev.aftercommit.system.schedules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.stack.rest.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Changes, the closing of a day and cached reads at the same time, at instances of their own over
 * one database and one Redis, in every order of their statements and commands.
 */
class CachedReadsSchedulesTest {

  @RegisterExtension
  static final ServiceSchedules service = new ServiceSchedules(GatedInstances.Cache.ON);

  private static final String DAY_IS_CLOSED =
      "SELECT finished_at IS NOT NULL AND closed = 1 FROM daily_reset WHERE day = '%s'"
          .formatted(Requests.DAY);

  private static final String NOTHING_TODAY =
      "SELECT (daily_change, changes_today) = (0, 0) FROM employee_activity";

  private static final String KEEP =
      """
      INSERT INTO activity_history (day, employee_id, change, changes)
      SELECT '%s', employee_id, daily_change, changes_today FROM employee_activity
      """
          .formatted(Requests.DAY);

  private static final String BEGIN_ANEW =
      "UPDATE employee_activity SET daily_change = 0, changes_today = 0";

  /** Both at once, which is right but for the cache. */
  private static final String KEEP_AND_BEGIN_ANEW =
      """
      WITH closed AS (
        UPDATE employee_activity
        SET closed_change = daily_change, closed_changes = changes_today, daily_change = 0,
          changes_today = 0
        RETURNING employee_id, closed_change, closed_changes)
      INSERT INTO activity_history (day, employee_id, change, changes)
      SELECT '%s', employee_id, closed_change, closed_changes FROM closed
      """
          .formatted(Requests.DAY);

  @Test
  void aReadBesideARaiseLeavesNothingOldInTheCache() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.raise(ann, 10))
            .actor(Requests.get(ann))
            .laterRead(Requests.get(ann), CachedReadsSchedulesTest::isTheSalary)
            .finallyHolds("it counts", "SELECT salary = 1010 FROM employee"));
  }

  @Test
  void aReadBesideTwoRaisesLeavesNothingOldInTheCache() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    service.holdsWithin(
        new Scenario()
            .actor(Requests.raise(ann, 10))
            .actor(Requests.raise(ann, 5))
            .actor(Requests.get(ann))
            .laterRead(Requests.get(ann), CachedReadsSchedulesTest::isTheSalary)
            .finallyHolds("both count", "SELECT salary = 1015 FROM employee"));
  }

  @Test
  void aReadBesideARaiseAndTheClosingOfTheDayLeavesNothingOldInTheCache() throws Exception {
    String ann = raisedEmployee();

    service.holdsWithPreemptions(
        1,
        new Scenario()
            .worker(Requests.closeDay())
            .actor(Requests.raise(ann, 10))
            .actor(Requests.activity(ann))
            .laterRead(Requests.activity(ann), CachedReadsSchedulesTest::isTheActivity)
            .finallyHolds("both raises count", "SELECT total_change = 15 FROM employee_activity")
            .finallyHolds("the day is closed", DAY_IS_CLOSED));
  }

  @Test
  void aReadBesideTheClosingOfTheDayLeavesNothingOldInTheCache() throws Exception {
    String ann = raisedEmployee();

    service.holdsWithPreemptions(
        2,
        new Scenario()
            .worker(Requests.closeDay())
            .actor(Requests.activity(ann))
            .laterRead(Requests.activity(ann), CachedReadsSchedulesTest::isTheActivity)
            .finallyHolds("nothing is left of the day", NOTHING_TODAY));
  }

  @Test
  void aRaiseBesideTheClosingOfTheDayCountsForOneOfTheDays() throws Exception {
    String ann = raisedEmployee();

    service.holdsWithPreemptions(
        2,
        new Scenario()
            .worker(Requests.closeDay())
            .actor(Requests.raise(ann, 10))
            .laterRead(Requests.activity(ann), CachedReadsSchedulesTest::isTheActivity)
            .finallyHolds("both raises count", "SELECT total_change = 15 FROM employee_activity")
            .finallyHolds("the day is closed", DAY_IS_CLOSED));
  }

  @Test
  void aDayThatTwoCloseAtOnceIsClosedOnce() throws Exception {
    raisedEmployee();

    service.holdsWithPreemptions(
        2,
        new Scenario()
            .worker(Requests.closeDay())
            .worker(Requests.closeDay())
            .finallyHolds("its history is there once", "SELECT count(*) = 1 FROM activity_history")
            .finallyHolds("nothing is left of the day", NOTHING_TODAY)
            .finallyHolds("the day is closed", DAY_IS_CLOSED));
  }

  /** What the lab must find. */
  @Test
  void aDayClosedByHandThatNoCacheIsToldOfLeavesItOld() throws Exception {
    String ann = raisedEmployee();

    service.breaks(
        ServiceExperiment.LATER_READS_ARE_TRUE,
        new Scenario()
            .actor(service.byHand("A", KEEP_AND_BEGIN_ANEW))
            .actor(Requests.activity(ann))
            .laterRead(Requests.activity(ann), CachedReadsSchedulesTest::isTheActivity));
  }

  /** And this: what is raised between the two statements. */
  @Test
  void aDayClosedByHandInTwoStatementsLosesARaise() throws Exception {
    String ann = raisedEmployee();

    service.breaks(
        Invariants.DAYS_ADD_UP,
        new Scenario().actor(service.byHand("A", KEEP, BEGIN_ANEW)).actor(Requests.raise(ann, 10)));
  }

  /** Somebody who had a raise on the day that is closed. */
  private static String raisedEmployee() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);
    service.raised(ann, 5);
    return ann;
  }

  private static String isTheSalary(Answer answer) {
    return "SELECT salary = %s FROM employee".formatted(answer.body().path("salary").asText());
  }

  private static String isTheActivity(Answer answer) {
    JsonNode told = answer.body();
    return "SELECT (total_change, daily_change, changes_today) = (%s, %s, %s) FROM employee_activity"
        .formatted(
            told.path("totalChange").asText(),
            told.path("dailyChange").asText(),
            told.path("changesToday").asText());
  }
}
