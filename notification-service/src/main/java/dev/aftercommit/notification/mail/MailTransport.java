package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.mail.SendResult.Sent;
import dev.aftercommit.notification.mail.SendResult.Unanswered;
import dev.aftercommit.notification.mail.SendResult.Unsendable;
import dev.aftercommit.notification.mail.SmtpConnection.Stage;
import dev.aftercommit.resilience.Outage;
import jakarta.inject.Singleton;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands mails to the SMTP server, each on a virtual thread, and says how each ended. */
@Singleton
class MailTransport {

  private final SmtpConnections connections;
  private final InternetAddress from;

  MailTransport(SmtpConnections connections, NotificationConfig config) throws AddressException {
    this.connections = connections;
    this.from = Recipient.of(config.smtp().from()).address();
  }

  /**
   * Begins to send; {@code done} is called exactly once, on another thread: at the latest when all
   * limits of {@link NotificationConfig.Smtp} have passed.
   */
  void send(ClaimedMail mail, Consumer<SendResult> done) {
    Thread.ofVirtual().name("mail-" + mail.id()).start(() -> done.accept(tryOnce(mail)));
  }

  /** Ends what is under way: the results say that nothing was answered. */
  void close() {
    connections.abortAll();
  }

  private SendResult tryOnce(ClaimedMail mail) {
    try {
      return deliver(mail);
    } catch (Throwable e) { // an Error, too: without a result the place of this mail is lost
      return new Unanswered(mail, SmtpFailure.clean(e.toString()));
    }
  }

  private SendResult deliver(ClaimedMail mail) {
    Recipient to;
    MimeMessage message;
    try {
      to = Recipient.of(mail.email());
      message = SalaryMail.of(mail, from, to.address(), connections.session(to.needsUtf8()));
    } catch (MessagingException | RuntimeException e) {
      return new Unsendable(
          mail, SmtpFailure.clean("no mail can be made of it: " + Outage.describe(e)));
    }
    SmtpConnection kept = to.needsUtf8() ? null : connections.kept();
    @Nullable SendResult result = kept == null ? null : overKept(kept, mail, message);
    return result == null ? overNew(mail, message, to.needsUtf8()) : result;
  }

  /** Null when the server had closed it: then a new connection says whether it is away. */
  private @Nullable SendResult overKept(
      SmtpConnection connection, ClaimedMail mail, MimeMessage message) {
    try {
      over(connection, message, true);
      return new Sent(mail);
    } catch (MessagingException e) {
      Stage stage = connection.stage();
      return SmtpFailure.isClosing(e) && stage != Stage.TAKING
          ? null
          : SmtpFailure.of(mail, stage, e);
    }
  }

  private SendResult overNew(ClaimedMail mail, MimeMessage message, boolean needsUtf8) {
    SmtpConnection connection;
    try {
      connection = connections.open(needsUtf8);
    } catch (MessagingException e) {
      return SmtpFailure.of(mail, Stage.OPENING, e);
    }
    if (needsUtf8 && !connection.supportsExtension("SMTPUTF8")) {
      connections.end(connection);
      return new Unsendable(
          mail,
          "the address is not ASCII in front of the @, and the SMTP server does not offer SMTPUTF8");
    }
    try {
      over(connection, message, !needsUtf8);
      return new Sent(mail);
    } catch (MessagingException e) {
      return SmtpFailure.of(mail, connection.stage(), e);
    }
  }

  private void over(SmtpConnection connection, MimeMessage message, boolean toBeKept)
      throws MessagingException {
    boolean worked = false;
    try {
      Address[] to = message.getAllRecipients();
      connection.sendMessage(message, to);
      worked = true;
    } finally {
      if (worked && toBeKept) {
        connections.keep(connection);
      } else {
        connections.end(connection);
      }
    }
  }
}
