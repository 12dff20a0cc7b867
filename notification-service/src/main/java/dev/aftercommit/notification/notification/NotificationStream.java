package dev.aftercommit.notification.notification;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.notification.SettledNotifications.News;
import dev.aftercommit.notification.notification.SettledNotifications.Settled;
import dev.aftercommit.resilience.Database;
import dev.aftercommit.resilience.DatabaseFailure;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The live stream of settled notifications, of all instances: it is read from the database, while
 * somebody listens.
 */
@Singleton
class NotificationStream {

  private static final Logger LOG = Logger.getLogger(NotificationStream.class);

  private final SettledNotifications settled;
  private final NotificationConfig.Stream config;
  private final Database database;
  private final Outage outage;

  NotificationStream(
      SettledNotifications settled, NotificationConfig config, Database database, Outages outages) {
    this.settled = settled;
    this.config = config.stream();
    this.database = database;
    this.outage = outages.of("notification-stream", "the live stream of notifications", LOG, false);
  }

  /**
   * One thing that a listener hears.
   *
   * @param notification null when it is only a sign of life
   * @param position what the listener has been told with it
   */
  record Told(@Nullable Notification notification, StreamPosition position) {}

  /**
   * Everything settled from a position on, or from now on without one, each once. A slow listener
   * gets it later, not less. Begins with a sign of life, and is never silent for long.
   */
  Multi<Told> from(Optional<StreamPosition> position) {
    return Multi.createFrom()
        .deferred(
            () -> {
              Listener listener = new Listener(position.orElse(null));
              return Multi.createFrom()
                  .ticks()
                  .every(config.interval())
                  .onOverflow()
                  .drop()
                  .emitOn(Infrastructure.getDefaultWorkerPool(), 1)
                  .onItem()
                  .transformToMultiAndConcatenate(
                      tick -> Multi.createFrom().iterable(listener.news()));
            });
  }

  /** Where one listener is. Called by one thread at a time. */
  private final class Listener {

    private @Nullable StreamPosition position;
    private boolean heard;
    private long heardAt;

    Listener(@Nullable StreamPosition position) {
      this.position = position;
    }

    List<Told> news() {
      try {
        StreamPosition from = position == null ? settled.now() : position;
        News news = settled.after(from);
        position = news.position();
        outage.works();
        return news.settled().isEmpty() ? signOfLife(news.position()) : told(news.settled());
      } catch (SQLException e) {
        failed(e);
        return position == null ? List.of() : signOfLife(position);
      }
    }

    private List<Told> told(List<Settled> news) {
      hears();
      return news.stream().map(one -> new Told(one.notification(), one.position())).toList();
    }

    private List<Told> signOfLife(StreamPosition from) {
      if (heard && System.nanoTime() - heardAt < config.heartbeat().toNanos()) {
        return List.of();
      }
      hears();
      return List.of(new Told(null, from));
    }

    private void hears() {
      heard = true;
      heardAt = System.nanoTime();
    }

    private void failed(SQLException e) {
      switch (DatabaseFailure.of(e)) {
        case UNAVAILABLE -> database.failed(e);
        case DATA -> position = null; // no position that PostgreSQL can read
        case CONFLICT, CONTENTION -> outage.failed(e);
      }
    }
  }
}
