package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.config.NotificationConfig.Tls;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the SMTP server; those that worked are kept for the next mail. There are never
 * more than mails under way.
 */
@Singleton
class SmtpConnections {

  private static final Duration FRESH = Duration.ofSeconds(1);

  private final NotificationConfig.Smtp config;
  private final URLName server;
  private final Session ascii;
  private final Session utf8;
  private final Set<SmtpConnection> all = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedDeque<SmtpConnection> kept = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  SmtpConnections(NotificationConfig notification) {
    config = notification.smtp();
    server =
        new URLName(
            "smtp",
            config.host(),
            config.port(),
            null,
            config.username().orElse(null),
            config.password().orElse(null));
    ascii = newSession(false);
    utf8 = newSession(true);
  }

  /** What a mail is written for; with UTF-8 in its headers or without. */
  Session session(boolean needsUtf8) {
    return needsUtf8 ? utf8 : ascii;
  }

  /** One that was kept and still answers; null without one. */
  @Nullable SmtpConnection kept() {
    SmtpConnection connection = kept.pollFirst();
    while (connection != null && !connection.isUsable(FRESH, config.connectLimit())) {
      end(connection);
      connection = kept.pollFirst();
    }
    return connection;
  }

  /**
   * Opens one.
   *
   * @throws MessagingException when the server is away or refuses us
   */
  SmtpConnection open(boolean needsUtf8) throws MessagingException {
    Socket socket = new Socket();
    SmtpConnection connection;
    try {
      connection =
          new SmtpConnection(
              session(needsUtf8),
              server,
              connect(socket),
              config.commandLimit(),
              config.answerLimit());
    } catch (IOException e) {
      close(socket);
      throw new MessagingException(
          "no connection to %s:%d".formatted(config.host(), config.port()), e);
    }
    all.add(connection);
    try {
      if (closed) {
        throw new MessagingException("the sender stops");
      }
      connection.open();
      return connection;
    } catch (MessagingException | RuntimeException e) {
      end(connection);
      throw e;
    }
  }

  /** Keeps one that worked. */
  void keep(SmtpConnection connection) {
    connection.used();
    kept.addFirst(connection);
  }

  /** Ends one that is not to be used again. */
  void end(SmtpConnection connection) {
    all.remove(connection);
    try {
      connection.close();
    } catch (MessagingException e) {
      // the server has gone first
    } finally {
      connection.abort();
    }
  }

  /** Ends all at once; whoever waits for an answer gets none. */
  void abortAll() {
    closed = true;
    all.forEach(SmtpConnection::abort);
  }

  private Socket connect(Socket socket) throws IOException {
    int limit = Math.toIntExact(config.connectLimit().toMillis());
    socket.connect(new InetSocketAddress(config.host(), config.port()), limit);
    socket.setSoTimeout(limit);
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    if (config.tls() != Tls.IMPLICIT) {
      return socket;
    }
    SSLSocket secure =
        (SSLSocket)
            ((SSLSocketFactory) SSLSocketFactory.getDefault())
                .createSocket(socket, config.host(), config.port(), true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    return secure;
  }

  private Session newSession(boolean needsUtf8) {
    Properties settings = new Properties();
    Tls tls = config.tls();
    settings.setProperty("mail.smtp.auth", Boolean.toString(config.username().isPresent()));
    settings.setProperty(
        "mail.smtp.starttls.enable", Boolean.toString(tls == Tls.OPTIONAL || tls == Tls.REQUIRED));
    settings.setProperty("mail.smtp.starttls.required", Boolean.toString(tls == Tls.REQUIRED));
    settings.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    settings.setProperty("mail.smtp.quitwait", "false");
    settings.setProperty("mail.mime.allowutf8", Boolean.toString(needsUtf8));
    return Session.getInstance(settings);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it was never of use
    }
  }
}
