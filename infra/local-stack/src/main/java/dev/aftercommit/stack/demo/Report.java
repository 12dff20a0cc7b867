package dev.aftercommit.stack.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aftercommit.stack.demo.naive.NaiveOutcome;
import dev.aftercommit.stack.measure.Hardware;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The outcome as JSON, for programs. What the naive demo does not have is left out. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Report(
    boolean holds,
    long committed,
    long rolledBack,
    long published,
    long republished,
    long effects,
    long duplicatesIgnored,
    long parked,
    long malformedInjected,
    long departments,
    long departmentsWrong,
    @Nullable Boolean tallyHolds,
    @Nullable Long staleReads,
    @Nullable Long doubleFreezes,
    @Nullable Long replayedCommands,
    LatencyMillis latencyMillis,
    double committedPerSecond,
    List<Fault> faults,
    String hardware,
    PhaseSeconds seconds) {

  /** Commit to visible, in milliseconds. */
  public record LatencyMillis(double p50, double p95, double p99, double max) {}

  /** A fault and when it was done, in milliseconds since the run began. */
  public record Fault(String what, long atMillis) {}

  /** Seconds per phase. */
  public record PhaseSeconds(double build, double start, double run, double drain) {}

  static Report of(Outcome outcome) {
    return new Report(
        outcome.holds(),
        outcome.committed(),
        outcome.tally().rolledBackCount(),
        outcome.published(),
        outcome.republished(),
        outcome.effects(),
        outcome.duplicatesIgnored(),
        outcome.parked(),
        outcome.malformedInjected(),
        outcome.departments().size(),
        outcome.departmentsWrong(),
        outcome.tallyHolds(),
        outcome.tally().staleCount(),
        outcome.doubleFreezes(),
        outcome.tally().replayedCount(),
        latency(outcome.visible()),
        tenths(outcome.committedPerSecond()),
        outcome.faults().stream().map(fault -> new Fault(fault.what(), fault.atMillis())).toList(),
        outcome.hardware(),
        new PhaseSeconds(
            tenths(outcome.seconds().build()),
            tenths(outcome.seconds().start()),
            tenths(outcome.seconds().run()),
            tenths(outcome.seconds().drain())));
  }

  static Report of(NaiveOutcome outcome, double buildSeconds) {
    return new Report(
        outcome.holds(),
        outcome.committed(),
        outcome.rolledBack(),
        outcome.published(),
        outcome.republished(),
        outcome.applied(),
        0,
        0,
        0,
        outcome.departments().size(),
        outcome.departmentsWrong(),
        null,
        null,
        null,
        null,
        new LatencyMillis(0, 0, 0, 0),
        tenths(outcome.committed() / outcome.runSeconds()),
        List.of(),
        Hardware.describe(),
        new PhaseSeconds(
            tenths(buildSeconds),
            tenths(outcome.startSeconds()),
            tenths(outcome.runSeconds()),
            tenths(outcome.drainSeconds())));
  }

  /** Writes it to a file. */
  void write(Path file) throws IOException {
    JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValue(file.toFile(), this);
  }

  static LatencyMillis latency(Histogram micros) {
    return micros.getTotalCount() == 0
        ? new LatencyMillis(0, 0, 0, 0)
        : new LatencyMillis(
            tenths(micros.getValueAtPercentile(50) / 1e3),
            tenths(micros.getValueAtPercentile(95) / 1e3),
            tenths(micros.getValueAtPercentile(99) / 1e3),
            tenths(micros.getMaxValue() / 1e3));
  }

  static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
