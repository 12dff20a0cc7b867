package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.mail.SendResult.Refused;
import dev.aftercommit.notification.mail.SendResult.ServerRefused;
import dev.aftercommit.notification.mail.SendResult.Unanswered;
import dev.aftercommit.notification.mail.SendResult.Undeliverable;
import dev.aftercommit.notification.mail.SmtpConnection.Stage;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Whom a failure concerns: the mail, or the server and our settings. Until MAIL FROM nothing of the
 * mail has been said, so that whatever fails there concerns the server. Behind it the reply decides
 * (RFC 5321, enhanced codes of RFC 3463).
 */
final class SmtpFailure {

  private static final int LOST = -1;
  private static final int MAX_DEPTH = 10;
  private static final int LONGEST_ERROR = 500;

  /** Closing (421) and authentication wanted (RFC 4954). */
  private static final Set<Integer> ABOUT_US = Set.of(421, 530, 534, 535, 538);

  /** Mail system: other, full, not accepting, incorrectly configured; 5.3.4 is about the mail. */
  private static final Pattern MAIL_SYSTEM = Pattern.compile("^[45]\\d\\d[ -][45]\\.3\\.[0125]\\b");

  /** We may not send through this server; each product has words of its own for it. */
  private static final Pattern RELAY = Pattern.compile("(?i)\\brelay(ing)?\\b");

  private SmtpFailure() {}

  static SendResult of(ClaimedMail mail, Stage stage, Throwable failure) {
    Reply reply = reply(failure);
    String error = describe(failure, reply);
    if (stage == Stage.OPENING || stage == Stage.SENDER) {
      return new ServerRefused(mail, error, false);
    }
    if (reply.code() < 400) {
      return new Unanswered(mail, error);
    }
    if (isAboutUs(reply, mail)) {
      return new ServerRefused(mail, error, true);
    }
    return reply.code() < 500 ? new Refused(mail, error) : new Undeliverable(mail, error);
  }

  /** Whether the server closed the connection, rather than say no. */
  static boolean isClosing(Throwable failure) {
    int code = reply(failure).code();
    return code == LOST || code == 421;
  }

  private static boolean isAboutUs(Reply reply, ClaimedMail mail) {
    String words = reply.text().replace(mail.email(), "");
    return ABOUT_US.contains(reply.code())
        || MAIL_SYSTEM.matcher(words).find()
        || (reply.code() >= 500 && RELAY.matcher(words).find());
  }

  private record Reply(int code, String text) {}

  /** The innermost reply: the outer exceptions sum up. */
  private static Reply reply(Throwable failure) {
    Reply found = new Reply(LOST, "");
    @Nullable Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
      String text = cause.getMessage() == null ? "" : cause.getMessage();
      switch (cause) {
        case SMTPAddressFailedException e -> found = new Reply(e.getReturnCode(), text);
        case SMTPSenderFailedException e -> found = new Reply(e.getReturnCode(), text);
        case SMTPSendFailedException e -> found = new Reply(e.getReturnCode(), text);
        default -> {
          // says nothing about a reply
        }
      }
      cause = cause.getCause();
    }
    return found;
  }

  private static String describe(Throwable failure, Reply reply) {
    if (reply.code() > 0) {
      return clean(reply.text());
    }
    Throwable last = failure;
    for (int depth = 0; last.getCause() != null && depth < MAX_DEPTH; depth++) {
      last = last.getCause();
    }
    String root = last.getClass().getSimpleName() + ": " + last.getMessage();
    return clean(
        failure.getCause() == null ? root : "%s (%s)".formatted(root, failure.getMessage()));
  }

  /** One line that the database can hold: a server may say anything. */
  static String clean(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\p{Cs}\\s]+", " ").strip();
    return line.length() > LONGEST_ERROR ? line.substring(0, LONGEST_ERROR) + " ..." : line;
  }
}
