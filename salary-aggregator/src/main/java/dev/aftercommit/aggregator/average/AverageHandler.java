package dev.aftercommit.aggregator.average;

import dev.aftercommit.consumer.EventHandler;
import dev.aftercommit.consumer.ReceivedEvent;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Keeps the averages up to date with the events. */
@Singleton
public class AverageHandler implements EventHandler {

  @Override
  public void apply(Connection connection, List<ReceivedEvent> events) throws SQLException {
    Projection.apply(connection, events);
  }

  @Override
  public boolean knowsVersions() {
    return true;
  }
}
