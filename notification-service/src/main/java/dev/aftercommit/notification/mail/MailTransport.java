package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.mail.SendResult.Refused;
import dev.aftercommit.notification.mail.SendResult.Sent;
import dev.aftercommit.notification.mail.SendResult.Undeliverable;
import dev.aftercommit.notification.mail.SendResult.Unreachable;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.vertx.ext.mail.SMTPException;
import jakarta.inject.Singleton;
import java.util.function.Consumer;

/** Hands mails to the SMTP server and says how each ended. */
@Singleton
class MailTransport {

  private final ReactiveMailer mailer;
  private final NotificationConfig.Sender config;

  MailTransport(ReactiveMailer mailer, NotificationConfig config) {
    this.mailer = mailer;
    this.config = config.sender();
  }

  /** Begins to send; {@code done} is called once, on any thread, within the send timeout. */
  void send(ClaimedMail mail, Consumer<SendResult> done) {
    try {
      mailer
          .send(SalaryMail.of(mail))
          .ifNoItem()
          .after(config.sendTimeout())
          .fail()
          .subscribe()
          .with(sent -> done.accept(new Sent(mail)), failure -> done.accept(of(mail, failure)));
    } catch (IllegalArgumentException notAnAddress) {
      done.accept(new Undeliverable(mail, describe(notAnAddress)));
    }
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
