package dev.aftercommit.stack.demo;

import dev.aftercommit.stack.measure.Hardware;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/** Loads, changes, does damage, waits and judges; once per object. */
final class DemoRun implements AutoCloseable {

  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);
  private static final Duration FAULTS_LIMIT = Duration.ofMinutes(3);
  private static final Duration LONGEST_LAG = Duration.ofMinutes(10);

  /**
   * What was measured while the faults were done.
   *
   * @param after the position of the last event before
   * @param changes committed by the clients
   * @param cpuSeconds of each process, the drain included
   */
  private record Run(long after, long changes, Map<String, Double> cpuSeconds, Seconds seconds) {}

  private final Target target;
  private final Plan plan;
  private final Screen screen;
  private final Truth truth;
  private final Tally tally = new Tally();
  private final RestClient rest = new RestClient(REQUEST_LIMIT);
  private final LatencyProbe probe;
  private final Faults faults;

  DemoRun(Target target, Plan plan, Screen screen) {
    this.target = target;
    this.plan = plan;
    this.screen = screen;
    this.truth = new Truth(target);
    this.probe = new LatencyProbe(rest, target.aggregators());
    this.faults = new Faults(target, rest, screen);
  }

  /**
   * Runs the demo.
   *
   * @param buildSeconds how long the build before took
   * @param begin when the start of the stack began, by {@link System#nanoTime}
   */
  Outcome run(double buildSeconds, long begin)
      throws SQLException, IOException, TimeoutException, InterruptedException {
    Baseline baseline = Baseline.take(target, truth);
    Client.Shared shared = load();
    long loadedPosition = truth.lastPosition();
    warmUp(shared);
    long warmPosition = truth.lastPosition();
    long warmCommitted = tally.committed();
    double start = secondsSince(begin);

    Map<String, Double> cpuBefore = target.cpuSeconds();
    double run = change(new Workload(plan.clients(), plan.seed(), shared));
    long changes = tally.committed() - warmCommitted;
    long drainBegin = System.nanoTime();
    List<String> missing =
        new Drain(target, rest, truth, baseline, screen)
            .await(faults.injected().size(), faults.republished(), plan.drainLimit());
    probe.finish();
    double drain = secondsSince(drainBegin);
    screen.line("Drained in %.1f s".formatted(drain));
    Map<String, Double> cpu = difference(cpuBefore, target.cpuSeconds());

    Run measured =
        new Run(warmPosition, changes, cpu, new Seconds(buildSeconds, start, run, drain));
    return judge(baseline, loadedPosition, missing, measured);
  }

  @Override
  public void close() {
    probe.close();
    rest.close();
  }

  /** Nothing is measured and nothing is killed: a service that has just started is slow. */
  private void warmUp(Client.Shared shared) throws InterruptedException {
    screen.line("  warming up for %d s".formatted(plan.warmUp().toSeconds()));
    try (LatencyProbe unused = new LatencyProbe(rest, target.aggregators())) {
      Workload workload = new Workload(plan.clients(), ~plan.seed(), shared.with(unused));
      workload.start();
      Thread.sleep(plan.warmUp());
      workload.stop(REQUEST_LIMIT);
    }
  }

  private Client.Shared load() throws IOException, InterruptedException, SQLException {
    long begin = System.nanoTime();
    String mark = truth.departments().isEmpty() ? "" : " " + Long.toString(begin, 36);
    Loader loader = new Loader(rest, target.employeeService(), plan, mark);
    Map<String, String> departments = loader.departments();
    loader.employees(List.copyOf(departments.keySet()));
    Population population = new Population();
    Versions versions = new Versions();
    loader.readEmployees(departments.values(), population, versions);
    screen.line(
        "  %,d employees in %d departments loaded, %.1f s"
            .formatted(population.size(), departments.size(), secondsSince(begin)));
    return new Client.Shared(
        rest,
        target.employeeService(),
        List.copyOf(departments.values()),
        population,
        versions,
        tally,
        probe,
        plan.impossibleSalary());
  }

  /** The clients go on until the last fault is done: on a busy machine restarts take their time. */
  private double change(Workload workload) throws InterruptedException {
    screen.line("");
    screen.line(
        "Changing salaries for %d s with %d clients"
            .formatted(plan.run().toSeconds(), plan.clients()));
    long before = tally.committed();
    long begin = System.nanoTime();
    Thread damage = faults.start(plan.run());
    workload.start();
    while (System.nanoTime() - begin < plan.run().toNanos() || damage.isAlive()) {
      double seconds = secondsSince(begin);
      if (seconds > plan.run().plus(FAULTS_LIMIT).toSeconds()) {
        throw new IllegalStateException("the faults are not done " + FAULTS_LIMIT + " later");
      }
      long changes = tally.committed() - before;
      screen.status(
          "  %6.1f s  %,d changes committed, %,.0f/s"
              .formatted(seconds, changes, changes / seconds));
      Thread.sleep(50);
    }
    workload.stop(REQUEST_LIMIT);
    double run = secondsSince(begin);
    screen.clearStatus();
    return run;
  }

  private Outcome judge(Baseline baseline, long loadedPosition, List<String> missing, Run run)
      throws SQLException, IOException, TimeoutException, InterruptedException {
    Map<UUID, Truth.Event> events = truth.eventsById(baseline.position());
    Map<UUID, Instant> effects = truth.effectsSince(baseline.since());
    long loaded = events.values().stream().filter(e -> e.position() <= loadedPosition).count();
    long duplicates = truth.duplicatesIgnored() - baseline.duplicatesIgnored();

    Judge judge = new Judge(target, truth, baseline);
    judge.drained(missing);
    List<DepartmentResult> departments = judge.averages(rest);
    judge.effects(events, effects);
    judge.answers(events.size() - loaded, tally);
    judge.rolledBack(plan.impossibleSalary(), tally);
    int parked = judge.parked(faults.injected());
    judge.republished(faults.republished(), duplicates);
    judge.versions();
    judge.notifications(events);
    judge.budgets();
    boolean tallyHolds = judge.tallies();
    judge.reads(tally);
    judge.freezes(faults.operations());
    judge.repeats(tally);
    judge.visibility(probe);
    return new Outcome(
        plan,
        tally,
        loaded,
        events.size(),
        truth.published() - baseline.published(),
        faults.republished(),
        effects.size(),
        duplicates,
        parked,
        2 * faults.injected().size(),
        departments,
        tallyHolds,
        faults.operations().doubleFreezes(),
        judge.checks(),
        faults.done(),
        probe.micros(),
        lag(events, effects, run.after()),
        run.changes(),
        run.cpuSeconds(),
        hardware(),
        run.seconds());
  }

  private String hardware() throws SQLException, IOException, TimeoutException {
    return "%s; %s; %s"
        .formatted(Hardware.describe(), truth.postgresSettings(), Queues.brokerVersion(target));
  }

  private static Histogram lag(
      Map<UUID, Truth.Event> events, Map<UUID, Instant> effects, long after) {
    Histogram micros = new Histogram(LONGEST_LAG.toNanos() / 1_000, 3);
    events.forEach(
        (id, event) -> {
          Instant applied = effects.get(id);
          if (applied != null && event.position() > after) {
            long lag = Duration.between(event.occurredAt(), applied).toNanos() / 1_000;
            micros.recordValue(Math.clamp(lag, 0, micros.getHighestTrackableValue()));
          }
        });
    return micros;
  }

  private static Map<String, Double> difference(
      Map<String, Double> before, Map<String, Double> after) {
    Map<String, Double> difference = new LinkedHashMap<>();
    after.forEach(
        (process, seconds) -> difference.put(process, seconds - before.getOrDefault(process, 0.0)));
    return difference;
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
