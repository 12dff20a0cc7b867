package dev.aftercommit.system.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.junit.TestExploration;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Verdict;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Requests at the same time, each to an instance of its own on one database, in every order of
 * their statements.
 */
class EmployeeServiceSchedulesTest {

  @RegisterExtension
  static final ServiceSchedules service = new ServiceSchedules(GatedInstances.Cache.OFF);

  private static final String RUN_IS_OVER =
      "SELECT count(*) = 1 AND bool_and(total = 1 AND finished_at IS NOT NULL) FROM payroll_run";

  /** The import says 2000, the raise adds 10 to what it finds. */
  private static final String LAST_HAS_SEEN_FIRST =
      """
      SELECT string_agg(convert_from(payload, 'UTF8')::json ->> 'salary', ' ' ORDER BY position)
        IN ('1000.00 2000.00 2010.00', '1000.00 1010.00 2000.00')
      FROM outbox.event WHERE key LIKE 'employee/%'
      """;

  @Test
  void twoRaisesOfOneEmployeeBothCount() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.raise(ann, 10))
            .actor(Requests.raise(ann, 5))
            .answered("both are told so", Answers.all(200))
            .finallyHolds("both count", "SELECT salary = 1015 AND version = 2 FROM employee"));
  }

  /** What the lab must find: without it, that nothing else fails would mean little. */
  @Test
  void aSalaryComputedFromWhatWasReadLosesTheOtherRaise() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    Exploration found =
        service.explore(
            new Scenario()
                .actor(Requests.readThenPay(ann, 10))
                .actor(Requests.readThenPay(ann, 5))
                .finallyHolds("both count", "SELECT salary = 1015 FROM employee"),
            TestExploration.ALL);

    assertThat(found.verdict()).isEqualTo(Verdict.FAILS);
  }

  @Test
  void aSalaryComputedFromWhatWasReadIsPaidOnlyIfNobodyChangedIt() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.readThenPayIfUnchanged(ann, 10))
            .actor(Requests.readThenPayIfUnchanged(ann, 5))
            .answered("both are told so", Answers.all(200))
            .finallyHolds("both count", "SELECT salary = 1015 FROM employee"));
  }

  @Test
  void ofTwoRaisesThatExceedTheBudgetTogetherOneIsRefused() throws Exception {
    String department = service.department("Ops", 2_010);
    String ann = service.employee(department, "Ann", 1000);
    String bob = service.employee(department, "Bob", 1000);

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.raise(ann, 10))
            .actor(Requests.raise(bob, 10))
            .answered("one is refused", Answers.oneOf(200, 409))
            .finallyHolds("one counts", "SELECT payroll = 2010 FROM department"));
  }

  @Test
  void transfersInOppositeDirectionsNeverMeetInADeadlock() throws Exception {
    String ops = service.department("Ops", 2_000);
    String dev = service.department("Dev", 2_000);
    String ann = service.employee(ops, "Ann", 1000);
    String bob = service.employee(dev, "Bob", 1000);

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.transfer(ann, dev))
            .actor(Requests.transfer(bob, ops))
            .answered("both are done", Answers.all(200)));
  }

  @Test
  void budgetsMovedInOppositeDirectionsKeepTheirSum() throws Exception {
    String ops = service.department("Ops", 1_000);
    String dev = service.department("Dev", 1_000);

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.moveBudget(ops, dev, 100))
            .actor(Requests.moveBudget(dev, ops, 30))
            .answered("both are done", Answers.all(200))
            .finallyHolds(
                "both count",
                "SELECT array_agg(budget ORDER BY name) = ARRAY[1070, 930]::numeric[] FROM department"));
  }

  @Test
  void ofTwoWhoFreezeOneDoesAndTheOtherIsToldSo() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.freeze(ann))
            .actor(Requests.freeze(ann))
            .answered("one freezes", Answers.oneOf(200, 409))
            .finallyHolds("frozen", "SELECT frozen_since IS NOT NULL FROM employee"));
  }

  @Test
  void aRaiseEitherCountsBeforeTheFreezeOrIsRefused() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.freeze(ann))
            .actor(Requests.raise(ann, 10))
            .answered("the freeze is done", answers -> answers.getFirst().status() == 200)
            .answered("the raise is done or refused", Set.of(200, 423), 1));
  }

  @Test
  void aCommandSentTwiceAtOnceUnderOneKeyHasOneEffectAndOneAnswer() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.raiseOnce(ann, 10, "one-raise"))
            .actor(Requests.raiseOnce(ann, 10, "one-raise"))
            .answered("both get the same answer", Answers::equal)
            .answered("one of them is the stored one", Answers::oneIsStored)
            .finallyHolds("it counts once", "SELECT salary = 1010 AND version = 1 FROM employee"));
  }

  @Test
  void aKeyedCommandHasOneEffectWhereverItsConnectionsBreak() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    service.holdsWithin(
        new Scenario()
            .actor(Requests.raiseOnce(ann, 10, "first"))
            .actor(Requests.raiseOnce(ann, 5, "second"))
            .oneOf(Turn.LOST_BEFORE_COMMIT, Turn.LOST_AFTER_COMMIT, Turn.KILL)
            .answered("both are told so", Answers.all(200))
            .finallyHolds("each counts once", "SELECT salary = 1015 FROM employee"));
  }

  @Test
  void twoWhoAreAssignedAtOnceAreBothOnTheProject() throws Exception {
    String department = service.department("Ops", 10_000);
    String ann = service.employee(department, "Ann", 1000);
    String bob = service.employee(department, "Bob", 1000);
    String project = service.project();

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.assign(project, ann))
            .actor(Requests.assign(project, bob))
            .answered("both are told so", Answers.all(204))
            .finallyHolds("both are on it", "SELECT count(*) = 2 FROM project_assignee"));
  }

  @Test
  void nobodyWhoHasLeftIsAssigned() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);
    String project = service.project();

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.assign(project, ann))
            .actor(Requests.leave(ann))
            .answered("is assigned or found to have left", Set.of(204, 404), 0)
            .finallyHolds("no assignment is left", "SELECT count(*) = 0 FROM project_assignee"));
  }

  @Test
  void aPayrollRunPaysWhatSomebodyEarnsBeforeOrAfterTheRaise() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1200);

    service.holdsWithPreemptions(
        2,
        new Scenario()
            .worker(Requests.runPayroll("november"))
            .actor(Requests.raise(ann, 12))
            .finallyHolds("the raise counts", "SELECT salary = 1212 FROM employee")
            .finallyHolds("paid once", "SELECT sum(amount) IN (100, 101) FROM payslip")
            .finallyHolds("the run is over", RUN_IS_OVER));
  }

  @Test
  void aPayrollRunStartedTwiceAtOnceUnderOneKeyIsOneRun() throws Exception {
    service.employee(service.department("Ops", 10_000), "Ann", 1200);

    service.holdsInEveryOrder(
        new Scenario()
            .worker(Requests.runPayroll("november"))
            .worker(Requests.runPayroll("november"))
            .answered("both get the same answer", Answers::equal)
            .finallyHolds("paid once", "SELECT sum(amount) = 100 FROM payslip")
            .finallyHolds("the run is over", RUN_IS_OVER));
  }

  @Test
  void aRaiseCountsUnlessAnImportSaysOtherwiseAfterwards() throws Exception {
    service.department("Ops", 10_000);
    String ann = service.imported("Ann", "Ops", 1000);

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.importOf("Ann", "Ops", 2000))
            .actor(Requests.raise(ann, 10))
            .answered("both are told so", Answers.all(200))
            .finallyHolds("whoever comes last has seen the other", LAST_HAS_SEEN_FIRST));
  }

  @Test
  void somebodyWhomTwoImportAtOnceIsHiredOnce() throws Exception {
    service.department("Ops", 10_000);

    service.holdsWithPreemptions(
        2,
        new Scenario()
            .actor(Requests.importOf("Ann", "Ops", 1000))
            .actor(Requests.importOf("Ann", "Ops", 2000))
            .answered("both are told so", Answers.all(200))
            .finallyHolds(
                "hired by one, changed by the other",
                "SELECT count(*) = 1 AND bool_and(version = 1) FROM employee"));
  }

  @Test
  void threeAtOneEmployeeLeaveNothingHalfDone() throws Exception {
    String department = service.department("Ops", 10_000);
    String ann = service.employee(department, "Ann", 1000);
    String bob = service.employee(department, "Bob", 1000);

    service.holdsWithin(
        new Scenario()
            .actor(Requests.raise(ann, 10))
            .actor(Requests.leave(ann))
            .actor(Requests.raise(bob, 10))
            .answered("done, or found to have left", Set.of(200, 404), 0)
            .answered("has left", Set.of(204), 1)
            .answered("done", Set.of(200), 2));
  }
}
