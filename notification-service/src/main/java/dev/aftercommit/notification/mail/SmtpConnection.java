package dev.aftercommit.notification.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * A connection to the SMTP server that knows how far a mail has come, and waits as long as that
 * stage deserves. One thread at a time.
 */
final class SmtpConnection extends SMTPTransport {

  /** How far a mail has come. */
  enum Stage {
    /** Connecting, greeting, EHLO, STARTTLS, AUTH. */
    OPENING,
    /** MAIL FROM, which is the same for every mail. */
    SENDER,
    RECIPIENT,
    /** DATA and the mail itself, up to its final dot. */
    CONTENT,
    /** Behind the final dot: the server may have taken it. */
    TAKING
  }

  private final Socket socket;
  private final Duration answerLimit;
  private final Duration commandLimit;
  private Stage stage = Stage.OPENING;
  private long usedAt = System.nanoTime();

  SmtpConnection(
      Session session, URLName server, Socket socket, Duration commandLimit, Duration answerLimit) {
    super(session, server);
    this.socket = socket;
    this.commandLimit = commandLimit;
    this.answerLimit = answerLimit;
  }

  /** Greets and authenticates. */
  void open() throws MessagingException {
    connect(socket);
    used();
  }

  Stage stage() {
    return stage;
  }

  /** Whether the server still answers; not asked again right after it did. */
  boolean isUsable(Duration fresh, Duration limit) {
    if (System.nanoTime() - usedAt < fresh.toNanos()) {
      return true;
    }
    try {
      waitAtMost(limit);
      return isConnected();
    } catch (MessagingException e) {
      return false; // closed meanwhile
    }
  }

  /** Says that it worked until now; the next mail begins anew. */
  void used() {
    usedAt = System.nanoTime();
    stage = Stage.OPENING;
  }

  /** Ends it at once, from any thread; whoever waits for an answer gets none. */
  void abort() {
    try {
      socket.close();
    } catch (IOException e) {
      // it is of no use any more either way
    }
  }

  @Override
  protected void mailFrom() throws MessagingException {
    stage = Stage.SENDER;
    waitAtMost(commandLimit);
    super.mailFrom();
  }

  @Override
  protected void rcptTo() throws MessagingException {
    stage = Stage.RECIPIENT;
    super.rcptTo();
  }

  @Override
  protected OutputStream data() throws MessagingException {
    stage = Stage.CONTENT;
    return super.data();
  }

  @Override
  protected void finishData() throws IOException, MessagingException {
    stage = Stage.TAKING;
    waitAtMost(answerLimit);
    super.finishData();
  }

  private void waitAtMost(Duration limit) throws MessagingException {
    try {
      socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
    } catch (SocketException e) {
      throw new MessagingException("the connection is closed", e);
    }
  }
}
