package dev.aftercommit.notification.mail;

import io.quarkus.mailer.Mail;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The words of the mail. */
final class SalaryMail {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private SalaryMail() {}

  static Mail of(ClaimedMail claimed) {
    String text =
        String.format(
            Locale.ENGLISH,
            """
            Dear %s,

            your salary was changed on %s. It is now %,.2f %s a year.

            This message was sent by a machine; please do not answer it.
            """,
            claimed.name(),
            DAY.format(claimed.changedAt()),
            claimed.salary(),
            claimed.currency());
    return Mail.withText(claimed.email(), "Your salary has changed", text)
        .addHeader("Message-ID", claimed.messageId())
        .addHeader("Auto-Submitted", "auto-generated");
  }
}
