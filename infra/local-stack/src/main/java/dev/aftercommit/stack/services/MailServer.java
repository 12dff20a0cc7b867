package dev.aftercommit.stack.services;

import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.aftercommit.stack.process.StackException;
import jakarta.mail.MessagingException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * An SMTP server for development, inside this program: it takes every mail, sends none on and keeps
 * only the Message-IDs of the last {@value #KEPT_IDS}.
 */
public final class MailServer implements AutoCloseable {

  private static final int KEPT_IDS = 250_000;

  private final GreenMail greenMail;
  private final int port;
  private final LinkedHashSet<String> messageIds = new LinkedHashSet<>();
  private long received;

  private MailServer(GreenMail greenMail, int port) {
    this.greenMail = greenMail;
    this.port = port;
  }

  /**
   * Listens on this port.
   *
   * @throws StackException if it cannot
   */
  static MailServer start(int port) {
    GreenMail greenMail =
        new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP))
            .withConfiguration(GreenMailConfiguration.aConfig().withDisabledAuthentication());
    MailServer server = new MailServer(greenMail, port);
    GreenMailUser anybody = new ForgetfulUser();
    greenMail
        .getUserManager()
        .setMessageDeliveryHandler(
            (mail, address) -> {
              server.take(mail);
              return anybody;
            });
    try {
      greenMail.start();
    } catch (RuntimeException e) {
      greenMail.stop();
      throw new StackException(
          "The SMTP server cannot listen on port %d: %s".formatted(port, e.getMessage()), e);
    }
    return server;
  }

  public String host() {
    return "127.0.0.1";
  }

  public int port() {
    return port;
  }

  /** How many mails were taken since the start; one that came twice counts twice. */
  public synchronized long received() {
    return received;
  }

  /** The Message-IDs of the mails taken, oldest first. */
  public synchronized Set<String> messageIds() {
    return new LinkedHashSet<>(messageIds);
  }

  private synchronized void take(MovingMessage mail) throws MessagingException {
    received++;
    String id = mail.getMessage().getMessageID();
    if (id != null && messageIds.add(id) && messageIds.size() > KEPT_IDS) {
      messageIds.removeFirst();
    }
  }

  @Override
  public void close() {
    greenMail.stop();
  }
}
