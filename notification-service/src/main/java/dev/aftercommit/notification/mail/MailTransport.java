package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.mail.SendResult.Refused;
import dev.aftercommit.notification.mail.SendResult.Sent;
import dev.aftercommit.notification.mail.SendResult.Undeliverable;
import dev.aftercommit.notification.mail.SendResult.Unreachable;
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.SMTPException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Hands mails to the SMTP server and says how each ended.
 *
 * <p>All of them are sent from one event loop. The mail client listens on a new connection only
 * after it was handed from the loop that opened it to the loop of the mail; when these are two, the
 * server's greeting may come in between and is lost, and the mail waits for it until it times out.
 */
@Singleton
class MailTransport {

  private final ReactiveMailer mailer;
  private final Context eventLoop;
  private final Duration timeout;

  MailTransport(ReactiveMailer mailer, Vertx vertx, NotificationConfig config) {
    this.mailer = mailer;
    this.eventLoop = vertx.getOrCreateContext();
    this.timeout = config.sender().sendTimeout();
  }

  /** Begins to send; {@code done} is called once, on any thread, within the send timeout. */
  void send(ClaimedMail mail, Consumer<SendResult> done) {
    Mail words = SalaryMail.of(mail);
    Uni.createFrom()
        .deferred(() -> mailer.send(words))
        .runSubscriptionOn(task -> eventLoop.runOnContext(ignored -> task.run()))
        .ifNoItem()
        .after(timeout)
        .failWith(() -> new TimeoutException("no answer within " + timeout))
        .subscribe()
        .with(sent -> done.accept(new Sent(mail)), failure -> done.accept(of(mail, failure)));
  }

  private static SendResult of(ClaimedMail mail, Throwable failure) {
    return switch (failure) {
      case SMTPException smtp when smtp.isPermanent() -> new Undeliverable(mail, describe(smtp));
      case SMTPException smtp -> new Refused(mail, describe(smtp));
      case IllegalArgumentException notAnAddress -> new Undeliverable(mail, describe(notAnAddress));
      default -> new Unreachable(mail, describe(failure));
    };
  }

  private static String describe(Throwable failure) {
    return failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }
}
