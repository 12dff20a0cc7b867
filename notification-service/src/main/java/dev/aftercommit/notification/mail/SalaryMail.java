package dev.aftercommit.notification.mail;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The mail with its words. */
final class SalaryMail extends MimeMessage {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

  private final String messageId;

  private SalaryMail(Session session, String messageId) {
    super(session);
    this.messageId = messageId;
  }

  /**
   * Writes it.
   *
   * @throws MessagingException when no mail can be made of it
   * @throws RuntimeException likewise: a time or an amount that cannot be said
   */
  static MimeMessage of(
      ClaimedMail claimed, InternetAddress from, InternetAddress to, Session session)
      throws MessagingException {
    SalaryMail mail = new SalaryMail(session, claimed.messageId());
    mail.setFrom(from);
    mail.setRecipient(RecipientType.TO, to);
    mail.setSubject("Your salary has changed", StandardCharsets.UTF_8.name());
    mail.setHeader(
        "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(OffsetDateTime.now(ZoneOffset.UTC)));
    mail.setHeader("Auto-Submitted", "auto-generated");
    mail.setText(words(claimed), StandardCharsets.UTF_8.name());
    mail.saveChanges();
    return mail;
  }

  static String words(ClaimedMail claimed) {
    return String.format(
        Locale.ENGLISH,
        """
        Dear %s,

        your salary was changed on %s. It is now %,.2f %s a year.

        This message was sent by a machine; please do not answer it.
        """,
        claimed.name(),
        DAY.format(claimed.changedAt().withOffsetSameInstant(ZoneOffset.UTC)),
        new BigDecimal(claimed.salary()),
        claimed.currency());
  }

  /** The same however often it is sent. */
  @Override
  protected void updateMessageID() throws MessagingException {
    setHeader("Message-ID", messageId);
  }
}
