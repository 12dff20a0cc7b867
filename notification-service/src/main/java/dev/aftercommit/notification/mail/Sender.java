package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.notification.NotificationQueries;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Runs the {@link SendLoop} of this process on a thread of its own. */
@Singleton
public class Sender {

  private static final Logger LOG = Logger.getLogger(Sender.class);

  private final SendLoop loop;
  private final NotificationConfig.Sender config;
  private final Thread thread = Thread.ofPlatform().name("mail-sender").unstarted(this::run);

  Sender(
      Claims claims,
      MailTransport transport,
      MailMetrics metrics,
      NotificationQueries queries,
      NotificationConfig config) {
    this.config = config.sender();
    this.loop = new SendLoop(claims, transport, metrics, queries, this.config);
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    loop.stop();
    if (!thread.join(config.stopLimit())) {
      LOG.warn("mails are still under way; they go again when their claims have ended");
      thread.interrupt();
    }
  }

  /** Says that there may be something to send; returns at once. */
  public void ring() {
    loop.ring();
  }

  private void run() {
    try {
      loop.run();
    } catch (InterruptedException e) {
      LOG.info("stopped; what is claimed and not marked goes again when its claim has ended");
    } catch (Error e) {
      LOG.fatal("sending ended; the process ends, so that it is started anew", e);
      Quarkus.asyncExit(1);
      throw e;
    }
  }
}
