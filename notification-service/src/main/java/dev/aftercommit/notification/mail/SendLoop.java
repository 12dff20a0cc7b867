package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.notification.NotificationQueries;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is due: claims it, keeps several mails under way, marks results in batches. One thread
 * decides, the mailer's threads send. Woken by {@link #ring}, and looks by itself now and then for
 * what another instance left or whose time has come.
 */
final class SendLoop {

  private static final Logger LOG = Logger.getLogger(SendLoop.class);

  /** Wakes the thread: with a result, or without one when somebody rang. */
  private record Note(@Nullable SendResult result) {}

  private final Claims claims;
  private final MailTransport transport;
  private final MailMetrics metrics;
  private final NotificationQueries queries;
  private final NotificationConfig.Sender config;
  private final Outage outage;

  private final LinkedBlockingQueue<Note> notes = new LinkedBlockingQueue<>();
  private final AtomicBoolean rung = new AtomicBoolean();
  private volatile boolean stopping;

  private final ArrayDeque<ClaimedMail> ready = new ArrayDeque<>();
  private final List<SendResult> unmarked = new ArrayList<>();
  private int underWay;
  private boolean moreDue = true;
  private long lookedAt = System.nanoTime();
  private long gaugesReadAt = System.nanoTime();

  SendLoop(
      Claims claims,
      MailTransport transport,
      MailMetrics metrics,
      NotificationQueries queries,
      NotificationConfig.Sender config) {
    if (config.sendTimeout().multipliedBy(2).compareTo(config.claim()) > 0) {
      throw new IllegalArgumentException(
          "notification.sender.send-timeout is %s; at most half of notification.sender.claim (%s) is allowed, since no mail may be under way when its claim ends"
              .formatted(config.sendTimeout(), config.claim()));
    }
    this.claims = claims;
    this.transport = transport;
    this.metrics = metrics;
    this.queries = queries;
    this.config = config;
    this.outage = new Outage(config.outageFirst(), config.outageLongest());
  }

  /** Says that there may be something to send; any thread. */
  void ring() {
    if (rung.compareAndSet(false, true)) {
      notes.add(new Note(null));
    }
  }

  /** Makes {@link #run} return once what is under way has ended; any thread. */
  void stop() {
    stopping = true;
    ring();
  }

  /** Sends until stopped. */
  void run() throws InterruptedException {
    while (!stopping) {
      try {
        start();
        settle();
        claim();
        start();
        readGauges();
        await();
      } catch (SQLException | RuntimeException e) {
        LOG.warnf(
            e,
            "%d results are not marked, next try in %d ms",
            unmarked.size(),
            config.poll().toMillis());
        Thread.sleep(config.poll());
      }
    }
    finish();
  }

  /**
   * Waits for a full batch as long as there is enough to send: a mark is cheap, a commit is not.
   */
  private void settle() throws SQLException {
    boolean busy = ready.size() >= config.inFlight() && unmarked.size() < config.claimBatch();
    if (!busy) {
      settleAll();
    }
  }

  private void settleAll() throws SQLException {
    if (!unmarked.isEmpty()) {
      metrics.parked(claims.settle(unmarked));
      unmarked.clear();
    }
  }

  /** Claims ahead of what is under way, so that its connections never wait for the database. */
  private void claim() throws SQLException {
    int allowed = outage.allowed(config.inFlight(), System.nanoTime());
    if (allowed < config.inFlight() && !ready.isEmpty()) {
      claims.release(List.copyOf(ready));
      ready.clear();
    }
    int room =
        allowed < config.inFlight() ? allowed - underWay : config.claimBatch() - ready.size();
    boolean look = moreDue || System.nanoTime() - lookedAt >= config.poll().toNanos();
    if (!look || room <= 0 || ready.size() >= config.inFlight()) {
      return;
    }
    lookedAt = System.nanoTime();
    List<ClaimedMail> claimed = claims.claim(room);
    moreDue = claimed.size() == room;
    ready.addAll(claimed);
  }

  private void start() {
    int allowed = outage.allowed(config.inFlight(), System.nanoTime());
    while (underWay < allowed && !ready.isEmpty()) {
      ClaimedMail mail = ready.remove();
      if (System.nanoTime() - mail.startBefore() < 0) {
        underWay++;
        LOG.debugf("notification %d goes out, try %d", mail.id(), mail.attempt());
        transport.send(mail, result -> notes.add(new Note(result)));
      } else {
        LOG.warnf("notification %d waited until its claim was too short to send it", mail.id());
      }
    }
  }

  private void readGauges() throws SQLException {
    if (System.nanoTime() - gaugesReadAt >= config.gauges().toNanos()) {
      gaugesReadAt = System.nanoTime();
      metrics.pending(queries.pending());
    }
  }

  private void await() throws InterruptedException {
    Duration pause = outage.pauseLeft(System.nanoTime());
    boolean resting = !pause.isZero() && pause.compareTo(config.poll()) < 0;
    long nanos = (resting ? pause : config.poll()).toNanos();
    take(moreToDo() ? notes.poll() : notes.poll(nanos, TimeUnit.NANOSECONDS));
    List<Note> rest = new ArrayList<>();
    notes.drainTo(rest);
    rest.forEach(this::take);
  }

  private boolean moreToDo() {
    boolean free = underWay < outage.allowed(config.inFlight(), System.nanoTime());
    return free && (moreDue || !ready.isEmpty());
  }

  private void take(@Nullable Note note) {
    if (note == null) {
      return;
    }
    SendResult result = note.result();
    if (result == null) {
      rung.set(false);
      moreDue = true;
      return;
    }
    underWay--;
    outage.note(result, System.nanoTime());
    metrics.tried(result);
    LOG.debugf("%s", result);
    unmarked.add(result);
  }

  private void finish() throws InterruptedException {
    long until = System.nanoTime() + config.stopLimit().toNanos();
    while (underWay > 0 && System.nanoTime() - until < 0) {
      take(notes.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS));
    }
    try {
      settleAll();
      claims.release(List.copyOf(ready));
    } catch (SQLException e) {
      LOG.warnf(e, "%d results are not marked; these mails may go again", unmarked.size());
    }
  }
}
