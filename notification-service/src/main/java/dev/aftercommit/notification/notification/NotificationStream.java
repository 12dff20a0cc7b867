package dev.aftercommit.notification.notification;

import dev.aftercommit.notification.config.NotificationConfig;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * The live stream of settled notifications, of all instances: it is read from the database, while
 * somebody listens.
 */
@Singleton
class NotificationStream {

  private static final Logger LOG = Logger.getLogger(NotificationStream.class);

  /**
   * A transaction that began earlier may commit later: those settled this long before the newest
   * are looked for again.
   */
  private static final Duration OVERLAP = Duration.ofSeconds(2);

  private final NotificationQueries queries;
  private final NotificationConfig.Stream config;

  NotificationStream(NotificationQueries queries, NotificationConfig config) {
    this.queries = queries;
    this.config = config.stream();
  }

  /** Everything settled from now on, each once. A slow listener gets it later, not less. */
  Multi<Notification> fromNow() {
    return Multi.createFrom()
        .deferred(
            () -> {
              Listener listener = new Listener();
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

    private final Map<Long, Instant> told = new HashMap<>();
    private Instant newest = Instant.MIN;
    private boolean begun;

    List<Notification> news() {
      try {
        if (!begun) {
          begin();
        }
        return look();
      } catch (SQLException e) {
        LOG.warn("a live stream of notifications misses a look at the database", e);
        return List.of();
      }
    }

    /** What was settled before the stream began is not told. */
    private void begin() throws SQLException {
      newest = queries.now();
      for (Notification old :
          queries.settledAfter(newest.minus(OVERLAP), List.of(), Integer.MAX_VALUE)) {
        remember(old);
      }
      begun = true;
    }

    private List<Notification> look() throws SQLException {
      List<Notification> news =
          queries.settledAfter(
              newest.minus(OVERLAP), new ArrayList<>(told.keySet()), config.most());
      news.forEach(this::remember);
      Instant horizon = newest.minus(OVERLAP);
      told.values().removeIf(settled -> settled.isBefore(horizon));
      return news;
    }

    private void remember(Notification notification) {
      Instant settled = notification.settledAt();
      if (settled != null) {
        told.put(Long.valueOf(notification.id()), settled);
        newest = settled.isAfter(newest) ? settled : newest;
      }
    }
  }
}
