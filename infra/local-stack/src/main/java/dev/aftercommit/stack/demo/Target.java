package dev.aftercommit.stack.demo;

import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** A running system, as the demo needs to see it. */
public interface Target {

  URI employeeService();

  /** Every relay; any may be down for a while. */
  List<URI> relays();

  /** Every aggregator; any may be down for a while. */
  List<URI> aggregators();

  /**
   * A new connection that may read everything in one of the databases employee, aggregator and
   * notification.
   */
  Connection database(String name) throws SQLException;

  /** A new connection to the broker. */
  com.rabbitmq.client.Connection broker() throws IOException, TimeoutException;

  /** The means to do damage; absent where the demo must not. */
  Optional<Damage> damage();

  /** The Message-IDs of the mails that have arrived; absent where the mail server is not ours. */
  Optional<Set<String>> receivedMessageIds();

  /** CPU seconds used so far, by process; empty where they cannot be told. */
  Map<String, Double> cpuSeconds();

  /** Kills and restarts what the demo kills and restarts. */
  interface Damage {

    /** Kills one of the relays with SIGKILL. */
    void killRelay();

    /** Starts the killed relay and returns when it answers. */
    void startRelay();

    /** Kills one of the aggregators with SIGKILL. */
    void killAggregator();

    /** Starts the killed aggregator and returns when it answers. */
    void startAggregator();

    /** Stops the broker, starts it again and returns when it answers. */
    void restartBroker();
  }
}
