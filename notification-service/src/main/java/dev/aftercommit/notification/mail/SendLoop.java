package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.mail.SendResult.Unanswered;
import dev.aftercommit.notification.mail.SendResult.Undeliverable;
import dev.aftercommit.notification.notification.NotificationQueries;
import dev.aftercommit.resilience.BackOff;
import dev.aftercommit.resilience.DatabaseFailure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is due: claims it, keeps several mails under way, marks results in batches. One thread
 * decides, the transport's threads send. Woken by {@link #ring}, and looks by itself now and then
 * for what another instance left or whose time has come. A mail holds one of the places until its
 * result is taken, and every mail that was handed to the transport has a result.
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
  private final Surroundings around;
  private final Marks marks;
  private final SmtpPause pause;
  private final BackOff rest;

  private final LinkedBlockingQueue<Note> notes = new LinkedBlockingQueue<>();
  private final AtomicBoolean rung = new AtomicBoolean();
  private final CountDownLatch stop = new CountDownLatch(1);

  private final ArrayDeque<ClaimedMail> ready = new ArrayDeque<>();
  private final Map<Long, ClaimedMail> underWay = new HashMap<>();
  private boolean moreDue = true;
  private long lookedAt = System.nanoTime();
  private long renewedAt = System.nanoTime();
  private long gaugesReadAt = System.nanoTime();

  SendLoop(
      Claims claims,
      MailTransport transport,
      MailMetrics metrics,
      NotificationQueries queries,
      NotificationConfig.Sender config,
      Surroundings around) {
    if (config.stopLimit().multipliedBy(2).compareTo(config.claim()) > 0) {
      throw new IllegalArgumentException(
          "notification.sender.stop-limit is %s; at most half of notification.sender.claim (%s) is allowed, since claims are not renewed during a stop"
              .formatted(config.stopLimit(), config.claim()));
    }
    this.claims = claims;
    this.transport = transport;
    this.metrics = metrics;
    this.queries = queries;
    this.config = config;
    this.around = around;
    this.marks = new Marks(claims, metrics);
    this.pause = new SmtpPause(config.outageFirst(), config.outageLongest(), around.smtp());
    this.rest = new BackOff(config.outageFirst(), config.outageLongest());
  }

  /** Says that there may be something to send; any thread. */
  void ring() {
    if (rung.compareAndSet(false, true)) {
      notes.add(new Note(null));
    }
  }

  /** Makes {@link #run} return once what is under way has ended; any thread. */
  void stop() {
    stop.countDown();
    ring();
  }

  /** Sends until stopped. */
  void run() throws InterruptedException {
    while (!isStopping()) {
      try {
        turn();
        around.progress().made();
        rest.reset();
        await();
      } catch (SQLException e) {
        around.database().failed(e);
        if (DatabaseFailure.of(e) != DatabaseFailure.UNAVAILABLE) {
          around.sender().failed(e);
        }
        rest();
      } catch (RuntimeException e) {
        around.sender().failed(e);
        LOG.debug("the sender failed", e);
        rest();
      }
    }
    finish();
  }

  private void turn() throws SQLException {
    renew();
    start();
    settle();
    claim();
    start();
    readGauges();
  }

  /** Goes on taking results, so that nothing is forgotten, and begins anew after a pause. */
  private void rest() throws InterruptedException {
    boolean stopping = stop.await(rest.next().toNanos(), TimeUnit.NANOSECONDS);
    if (!stopping) {
      takeAll();
    }
  }

  /**
   * Lets the claims of all that is held last, in good time. What is ready and has been taken over
   * by another sender is left to it.
   */
  private void renew() throws SQLException {
    long now = System.nanoTime();
    if (now - renewedAt < config.claim().dividedBy(4).toNanos()) {
      return;
    }
    List<ClaimedMail> held = new ArrayList<>(underWay.values());
    held.addAll(ready);
    held.addAll(marks.mails());
    if (!held.isEmpty()) {
      Set<Long> renewed = claims.renew(held);
      ready.removeIf(mail -> !renewed.contains(mail.id()));
    }
    renewedAt = now;
  }

  /**
   * Waits for a full batch as long as there is enough to send: a mark is cheap, a commit is not.
   */
  private void settle() throws SQLException {
    boolean busy = ready.size() >= config.inFlight() && marks.size() < config.claimBatch();
    if (busy) {
      return;
    }
    if (marks.write()) {
      around.sender().works();
    } else {
      around
          .sender()
          .failed(
              "%d results are not marked: somebody else has locked their rows"
                  .formatted(marks.size()));
    }
  }

  /** Claims ahead of what is under way, so that its connections never wait for the database. */
  private void claim() throws SQLException {
    int allowed = pause.allowed(config.inFlight(), System.nanoTime());
    if (allowed < config.inFlight() && !ready.isEmpty()) {
      List<ClaimedMail> untried = List.copyOf(ready);
      ready.clear(); // should this fail, their claims end by themselves
      claims.release(untried);
    }
    int room =
        allowed < config.inFlight()
            ? allowed - underWay.size()
            : config.claimBatch() - ready.size();
    boolean look = moreDue || System.nanoTime() - lookedAt >= config.poll().toNanos();
    if (!look || room <= 0 || ready.size() >= config.inFlight()) {
      return;
    }
    lookedAt = System.nanoTime();
    List<ClaimedMail> claimed = claims.claim(room);
    moreDue = claimed.size() == room;
    claimed.forEach(this::admit);
  }

  /** A mail whose tries all ended without a result, with their process perhaps, is given up. */
  private void admit(ClaimedMail mail) {
    if (mail.attempt() <= config.mostTries()) {
      ready.add(mail);
    } else {
      marks.add(new Undeliverable(mail, "no result is known of any try before"));
    }
  }

  private void start() {
    int allowed = pause.allowed(config.inFlight(), System.nanoTime());
    boolean claimed = System.nanoTime() - renewedAt < config.claim().dividedBy(2).toNanos();
    while (claimed && underWay.size() < allowed && !ready.isEmpty()) {
      ClaimedMail mail = ready.remove();
      if (underWay.putIfAbsent(mail.id(), mail) == null) {
        LOG.debugf("notification %d goes out, try %d", mail.id(), mail.attempt());
        send(mail);
      }
    }
  }

  private void send(ClaimedMail mail) {
    try {
      transport.send(mail, result -> notes.add(new Note(result)));
    } catch (RuntimeException | Error e) { // no thread, no memory: the place is given back
      notes.add(new Note(new Unanswered(mail, SmtpFailure.clean(e.toString()))));
      throw e;
    }
  }

  private void readGauges() throws SQLException {
    if (System.nanoTime() - gaugesReadAt >= config.gauges().toNanos()) {
      gaugesReadAt = System.nanoTime();
      metrics.pending(queries.pending());
      metrics.underWay(underWay.size());
    }
  }

  private void await() throws InterruptedException {
    Duration left = pause.pauseLeft(System.nanoTime());
    boolean resting = !left.isZero() && left.compareTo(config.poll()) < 0;
    long nanos = (resting ? left : config.poll()).toNanos();
    take(moreToDo() ? notes.poll() : notes.poll(nanos, TimeUnit.NANOSECONDS));
    takeAll();
  }

  private void takeAll() {
    for (Note note = notes.poll(); note != null; note = notes.poll()) {
      take(note);
    }
  }

  private boolean moreToDo() {
    boolean free = underWay.size() < pause.allowed(config.inFlight(), System.nanoTime());
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
    underWay.remove(result.mail().id());
    SendResult judged = pause.note(result, System.nanoTime());
    marks.add(judged);
    metrics.tried(judged);
    LOG.debugf("%s", judged);
  }

  private void finish() throws InterruptedException {
    long until = System.nanoTime() + config.stopLimit().toNanos();
    while (!underWay.isEmpty() && System.nanoTime() - until < 0) {
      take(notes.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS));
    }
    if (!underWay.isEmpty()) {
      LOG.warnf(
          "stopped while the SMTP server has not answered to %d mails; they go again when their claims have ended",
          underWay.size());
    }
    try {
      marks.write();
      claims.release(List.copyOf(ready));
    } catch (SQLException e) {
      LOG.warnf(e, "%d results are not marked; these mails may go again", marks.size());
    }
  }

  private boolean isStopping() {
    return stop.getCount() == 0;
  }
}
