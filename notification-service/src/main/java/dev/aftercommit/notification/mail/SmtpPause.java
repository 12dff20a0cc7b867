package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.mail.SendResult.Refused;
import dev.aftercommit.notification.mail.SendResult.Sent;
import dev.aftercommit.notification.mail.SendResult.ServerRefused;
import dev.aftercommit.notification.mail.SendResult.Unanswered;
import dev.aftercommit.notification.mail.SendResult.Undeliverable;
import dev.aftercommit.notification.mail.SendResult.Unsendable;
import dev.aftercommit.resilience.BackOff;
import dev.aftercommit.resilience.Outage;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps a server that is away, or refuses us, from being called in a loop: each failure pauses all
 * sending for longer, and after a pause a single mail probes. What the server says about a mail
 * ends it. Not thread-safe.
 */
final class SmtpPause {

  private static final int MOST_DOUBTED = 10_000;

  private final BackOff backOff;
  private final Outage outage;
  private boolean failing;
  private long pausedUntil;

  /** Refused in this outage although their recipients were known. */
  private final Set<Long> suspects = new HashSet<>();

  /** Others went after such a refusal: the next one is about the mail, and counts. */
  private final Set<Long> doubted = new HashSet<>();

  SmtpPause(Duration first, Duration longest, Outage outage) {
    this.backOff = new BackOff(first, longest);
    this.outage = outage;
  }

  /**
   * Takes note of a result, and says what it means for its mail: that the server refused it counts
   * as a refusal of the mail when other mails went meanwhile. Otherwise one recipient whom nobody
   * may reach would stop everybody's mail.
   */
  SendResult note(SendResult result, long now) {
    long id = result.mail().id();
    switch (result) {
      case ServerRefused refused when refused.sawRecipient() && doubted.contains(id) -> {
        return new Refused(refused.mail(), refused.error());
      }
      case ServerRefused refused -> {
        if (refused.sawRecipient() && suspects.size() < MOST_DOUBTED) {
          suspects.add(id);
        }
        fails(refused.error(), now);
      }
      case Unanswered unanswered -> fails(unanswered.error(), now);
      case Unsendable ours -> doubted.remove(id);
      case Sent taken -> {
        works();
        doubted.remove(id);
      }
      case Refused answer -> works();
      case Undeliverable answer -> {
        works();
        doubted.remove(id);
      }
    }
    return result;
  }

  /** How much of the pause is left; zero without one. */
  Duration pauseLeft(long now) {
    long left = failing ? pausedUntil - now : 0;
    return left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
  }

  /** How many mails may be under way now, of {@code most}. */
  int allowed(int most, long now) {
    if (!failing) {
      return most;
    }
    return pauseLeft(now).isZero() ? 1 : 0;
  }

  /** Failures during a pause belong to the failure that began it. */
  private void fails(String error, long now) {
    outage.failed(error);
    if (pauseLeft(now).isZero()) {
      pausedUntil = now + backOff.next().toNanos();
      failing = true;
    }
  }

  private void works() {
    if (!failing) {
      return;
    }
    failing = false;
    backOff.reset();
    outage.works();
    if (doubted.size() + suspects.size() > MOST_DOUBTED) {
      doubted.clear();
    }
    doubted.addAll(suspects);
    suspects.clear();
  }
}
