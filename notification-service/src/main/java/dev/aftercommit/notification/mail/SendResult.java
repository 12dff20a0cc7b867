package dev.aftercommit.notification.mail;

/** How one try ended. */
sealed interface SendResult {

  /** The mail it is about. */
  ClaimedMail mail();

  /** The SMTP server has taken it. */
  record Sent(ClaimedMail mail) implements SendResult {}

  /** The SMTP server answered, and did not take it; worth another try. */
  record Refused(ClaimedMail mail, String error) implements SendResult {}

  /** It will never be taken as it is: a permanent refusal, or an address that is none. */
  record Undeliverable(ClaimedMail mail, String error) implements SendResult {}

  /** The SMTP server did not answer; whether it has the mail is unknown. */
  record Unreachable(ClaimedMail mail, String error) implements SendResult {}
}
