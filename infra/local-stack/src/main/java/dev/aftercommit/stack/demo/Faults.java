package dev.aftercommit.stack.demo;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.aftercommit.stack.rest.Answer;
import dev.aftercommit.stack.rest.RestClient;
import dev.aftercommit.stack.rest.UnexpectedAnswerException;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Does the damage, one after the other, at planned fractions of the run; what a fault delays is
 * done right after it.
 */
final class Faults {

  /** A fault that was done, and when, in milliseconds since the run began. */
  record Done(String what, long atMillis) {}

  private record Step(double at, String what, Callable<String> action) {}

  /** The consumers that park; the employee service drops its cache and needs no more. */
  private static final List<String> PARKING =
      List.of(Topology.AGGREGATOR_QUEUE, Topology.NOTIFICATION_QUEUE);

  private static final Duration CONFIRM_LIMIT = Duration.ofSeconds(10);
  private static final Duration REPUBLISH_LIMIT = Duration.ofSeconds(30);

  private final Target target;
  private final RestClient rest;
  private final Screen screen;
  private final Operations operations;
  private final RelayFaults relayFaults;
  private final List<Step> steps = new ArrayList<>();
  private final List<Done> done = new ArrayList<>();
  private final List<MalformedMessage> injected = new ArrayList<>();
  private long republished;
  private @Nullable Exception failure;

  Faults(Target target, RestClient rest, Screen screen) {
    this.target = target;
    this.rest = rest;
    this.screen = screen;
    this.operations = new Operations(target, rest);
    this.relayFaults = new RelayFaults(target);
    plan(0.08, "malformed messages put into the queues", this::injectMalformed);
    plan(0.22, "freezes and unfreezes raced for", operations::raceForFreezes);
    plan(0.45, "changes of the day closed into the history", operations::closeTheDay);
    target.damage().ifPresent(this::planDamage);
    plan(0.85, "published events published again", this::republish);
    steps.sort(Comparator.comparingDouble(Step::at));
  }

  private void planDamage(Target.Damage damage) {
    plan(0.15, "kill -9 of a relay", damage::killRelay);
    plan(0.30, "that relay started again", damage::startRelay);
    plan(0.38, "kill -9 of an aggregator", damage::killAggregator);
    plan(0.52, "that aggregator started again", damage::startAggregator);
    plan(0.60, "RabbitMQ restarted", damage::restartBroker);
    plan(0.70, "database sessions of the relays ended", relayFaults::endSessions);
    plan(0.78, "every event refused by RabbitMQ for a while", relayFaults::refuseEvents);
  }

  /** Does damage; fails when it could not be done. */
  private interface Action {
    void run() throws Exception;
  }

  private void plan(double at, String what, Action action) {
    plan(
        at,
        what,
        () -> {
          action.run();
          return "";
        });
  }

  private void plan(double at, String what, Callable<String> action) {
    steps.add(new Step(at, what, action));
  }

  /** Begins with the faults of a run that begins now. */
  Thread start(Duration run) {
    long begin = System.nanoTime();
    return Thread.ofPlatform().name("faults").start(() -> runAll(begin, run));
  }

  private void runAll(long begin, Duration run) {
    try {
      for (Step step : steps) {
        long due = begin + (long) (run.toNanos() * step.at());
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        long at = (System.nanoTime() - begin) / 1_000_000;
        String what = step.action().call() + step.what();
        double took = (System.nanoTime() - begin) / 1e9 - at / 1e3;
        done.add(new Done(what, at));
        screen.line(
            "  %6.1f s  %s%s"
                .formatted(at / 1e3, what, took < 0.5 ? "" : " (took %.1f s)".formatted(took)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      failure = e;
    }
  }

  /**
   * What was done, after the thread of {@link #start} has ended.
   *
   * @throws IllegalStateException when a fault could not be done
   */
  List<Done> done() {
    if (failure != null) {
      throw new IllegalStateException("a fault could not be done: " + failure, failure);
    }
    return List.copyOf(done);
  }

  /** The malformed messages that each of the consumers got. */
  List<MalformedMessage> injected() {
    return List.copyOf(injected);
  }

  /** What operators did meanwhile. */
  Operations operations() {
    return operations;
  }

  /** How many published events the relay published again. */
  long republished() {
    return republished;
  }

  private String injectMalformed() throws Exception {
    List<MalformedMessage> ten = MalformedMessage.ten(Long.toString(System.nanoTime(), 36));
    try (Connection connection = target.broker();
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      for (String queue : PARKING) {
        for (MalformedMessage message : ten) {
          channel.basicPublish("", queue, true, message.properties(), message.body());
        }
      }
      channel.waitForConfirmsOrDie(CONFIRM_LIMIT.toMillis());
    }
    injected.addAll(ten);
    return ten.size() * PARKING.size() + " ";
  }

  private String republish() throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + REPUBLISH_LIMIT.toNanos();
    String last = "";
    for (int i = 0; System.nanoTime() < deadline; i++) {
      URI relay = target.relays().get(i % target.relays().size());
      try {
        Answer answer =
            rest.post(relay.resolve("/relay/republish"), Map.of("last", Plan.REPUBLISHED));
        if (answer.isOk()) {
          republished = answer.body().path("republished").asLong();
          return "%,d ".formatted(republished);
        }
        last = answer.summary();
        if (answer.status() < 500) {
          throw new UnexpectedAnswerException("POST /relay/republish answered " + last);
        }
      } catch (IOException down) {
        last = down.toString();
      }
      Thread.sleep(200);
    }
    throw new TimeoutException(
        "POST /relay/republish did not succeed within " + REPUBLISH_LIMIT + "; last: " + last);
  }
}
