package dev.aftercommit.notification;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.user.UserManager;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real SMTP server for the tests of this JVM; can go away, come back and refuse. */
public class MailServer implements QuarkusTestResourceLifecycleManager {

  private static final ServerSetup ANY_PORT =
      new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);

  private static final long STARTUP_LIMIT_MILLIS = 30_000;

  private static @Nullable GreenMail server;
  private static int port;

  @Override
  public Map<String, String> start() {
    GreenMail started = new GreenMail(ANY_PORT);
    started.start();
    port = started.getSmtp().getPort();
    server = started;
    return Map.of(
        "notification.smtp.host", "127.0.0.1", "notification.smtp.port", Integer.toString(port));
  }

  @Override
  public void stop() {
    goAway();
  }

  static GreenMail server() {
    GreenMail running = server;
    if (running == null) {
      throw new IllegalStateException(
          "the SMTP server is stopped: the test before did not start it");
    }
    return running;
  }

  /** Where it listens, also when it is away. */
  static int port() {
    return port;
  }

  /** Stops; connections are refused from now on. */
  static void goAway() {
    if (server != null) {
      server.stop();
      server = null;
    }
  }

  /** Starts again at the same port, without the mails it had. */
  static void comeBack() {
    ServerSetup samePort = new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
    samePort.setServerStartupTimeout(STARTUP_LIMIT_MILLIS);
    GreenMail started = new GreenMail(samePort);
    started.start();
    server = started;
  }

  /** Answers this many mails with 451, then takes them again. */
  static void refuse(int mails) {
    UserManager users = server().getManagers().getUserManager();
    AtomicInteger refused = new AtomicInteger();
    users.setMessageDeliveryHandler(
        (message, address) -> {
          if (refused.incrementAndGet() <= mails) {
            throw new MessagingException("mailbox busy");
          }
          String email = address.getEmail();
          GreenMailUser known = users.getUserByEmail(email);
          return known == null ? users.createUser(email, email, email) : known;
        });
  }

  /** Everything that was delivered to an address. */
  static List<MimeMessage> mailsTo(String address) {
    return Stream.of(server().getReceivedMessages()).filter(mail -> isTo(mail, address)).toList();
  }

  /** The Message-IDs of everything that was delivered. */
  public static List<String> messageIds() {
    return Stream.of(server().getReceivedMessages()).map(MailServer::messageId).toList();
  }

  static String messageId(MimeMessage mail) {
    try {
      return mail.getMessageID();
    } catch (MessagingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isTo(MimeMessage mail, String address) {
    try {
      return mail.getAllRecipients()[0].toString().equals(address);
    } catch (MessagingException e) {
      throw new IllegalStateException(e);
    }
  }
}
