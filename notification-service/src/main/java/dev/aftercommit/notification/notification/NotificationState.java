package dev.aftercommit.notification.notification;

/** How far a notification has come. */
public enum NotificationState {
  /** To be sent, or being sent. */
  PENDING,
  /** The SMTP server has taken the mail. */
  SENT,
  /** The employee had no e-mail address when the salary changed. */
  WITHOUT_ADDRESS,
  /** Given up, with the error; can be tried again. */
  PARKED
}
