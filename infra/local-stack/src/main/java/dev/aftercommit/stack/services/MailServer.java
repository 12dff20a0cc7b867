package dev.aftercommit.stack.services;

import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.aftercommit.stack.process.StackException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An SMTP server for development, inside this program: it takes every mail and sends none on. Mails
 * are kept in memory until there are 1000, then thrown away.
 */
public final class MailServer implements AutoCloseable {

  private static final int KEPT_MAILS = 1_000;
  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

  private final GreenMail greenMail;
  private final int port;
  private final AtomicLong thrownAway = new AtomicLong();
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("mail-sweeper").factory());

  private MailServer(GreenMail greenMail, int port) {
    this.greenMail = greenMail;
    this.port = port;
  }

  static MailServer start(int port) {
    GreenMail greenMail =
        new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP))
            .withConfiguration(GreenMailConfiguration.aConfig().withDisabledAuthentication());
    greenMail.start();
    MailServer server = new MailServer(greenMail, port);
    long interval = SWEEP_INTERVAL.toMillis();
    var _ =
        server.sweeper.scheduleWithFixedDelay(
            server::sweep, interval, interval, TimeUnit.MILLISECONDS);
    return server;
  }

  public String host() {
    return "127.0.0.1";
  }

  public int port() {
    return port;
  }

  /** How many mails were taken since the start. */
  public long received() {
    return thrownAway.get() + greenMail.getReceivedMessages().length;
  }

  private void sweep() {
    int held = greenMail.getReceivedMessages().length;
    if (held < KEPT_MAILS) {
      return;
    }
    try {
      greenMail.purgeEmailFromAllMailboxes();
      thrownAway.addAndGet(held);
    } catch (FolderException e) {
      throw new StackException("Cannot empty the mailboxes of the SMTP server", e);
    }
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
    greenMail.stop();
  }
}
