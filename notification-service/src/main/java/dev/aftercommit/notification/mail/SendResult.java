package dev.aftercommit.notification.mail;

/** How one try ended. */
sealed interface SendResult {

  /** The mail it is about. */
  ClaimedMail mail();

  /** The SMTP server has taken it. */
  record Sent(ClaimedMail mail) implements SendResult {}

  /** The SMTP server answered, and did not take it; worth another try. */
  record Refused(ClaimedMail mail, String error) implements SendResult {}

  /** The SMTP server will never take this recipient or this content. */
  record Undeliverable(ClaimedMail mail, String error) implements SendResult {}

  /** It cannot be offered to the server: no text can be made of it, or its address is none. */
  record Unsendable(ClaimedMail mail, String error) implements SendResult {}

  /**
   * The SMTP server is away, or wants nothing from us as things are: it says nothing about the
   * mail, whose try does not count.
   *
   * @param sawRecipient whether the server knew the recipient when it said so, which leaves a doubt
   */
  record ServerRefused(ClaimedMail mail, String error, boolean sawRecipient)
      implements SendResult {}

  /** The connection ended, or nothing was answered, in the middle of this mail. */
  record Unanswered(ClaimedMail mail, String error) implements SendResult {}
}
