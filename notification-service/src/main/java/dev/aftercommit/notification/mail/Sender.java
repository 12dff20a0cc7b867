package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.notification.NotificationQueries;
import dev.aftercommit.resilience.Database;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import dev.aftercommit.resilience.ProgressLiveness;
import dev.aftercommit.resilience.SupervisedThread;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.Liveness;
import org.jboss.logging.Logger;

/** Runs the {@link SendLoop} of this process on a thread of its own. */
@Singleton
public class Sender {

  private static final Logger LOG = Logger.getLogger(Sender.class);

  /** For the marks of the last results, behind the wait for them. */
  private static final Duration LAST_MARKS = Duration.ofSeconds(2);

  private final SendLoop loop;
  private final SupervisedThread thread;
  private final MailTransport transport;

  Sender(
      Claims claims,
      MailTransport transport,
      MailMetrics metrics,
      NotificationQueries queries,
      NotificationConfig config,
      Database database,
      Outages outages,
      @Liveness ProgressLiveness liveness) {
    NotificationConfig.Sender settings = config.sender();
    NotificationConfig.Smtp smtp = config.smtp();
    Outage trouble = outages.of("mail-sender", "the mail sender", LOG, false);
    String server = "the SMTP server %s:%d".formatted(smtp.host(), smtp.port());
    Surroundings around =
        new Surroundings(
            database,
            outages.of("smtp", server, LOG, false),
            trouble,
            liveness.of("mail-sender", database::check));
    this.transport = transport;
    this.loop = new SendLoop(claims, transport, metrics, queries, settings, around);
    this.thread =
        new SupervisedThread(
            "mail-sender",
            settings.outageFirst(),
            settings.outageLongest(),
            settings.stopLimit().plus(LAST_MARKS),
            trouble,
            loop::run);
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) {
    thread.stop();
    loop.stop();
    thread.close();
    transport.close();
  }

  /** Says that there may be something to send; returns at once. */
  public void ring() {
    loop.ring();
  }
}
