package dev.aftercommit.notification.mail;

import dev.aftercommit.lab.junit.Lab;
import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.stack.StackAddresses;
import dev.aftercommit.stack.testing.SharedServers;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Where the schedule tests of this service work, and with which tables. */
final class NotificationLab {

  private NotificationLab() {}

  static Addresses servers() {
    return new Addresses(
        StackAddresses.of(SharedServers.get().postgres()),
        null,
        URI.create(SharedServers.get().rabbitMq().amqpUri()));
  }

  /** The service's own tables, empty. */
  static void tables(Lab lab) throws IOException {
    lab.fixture(resource("/db/inbox/V001__inbox.sql"));
    lab.fixture(resource("/db/inbox/V003__gap.sql"));
    lab.fixture(resource("/db/migration/V100__notification.sql"));
    lab.fixture(resource("/db/migration/V101__settled_by.sql"));
  }

  /** Mails that are due. */
  static void mails(Lab lab, int count) {
    lab.fixture(
        """
        INSERT INTO notification
          (event_id, employee, name, email, salary, currency, changed_at, message_id, state)
        SELECT gen_random_uuid(), 'e' || i, 'Ann', 'ann@example.com', 1, 'EUR', now(), 'm' || i, 'PENDING'
        FROM generate_series(1, %d) AS i
        """
            .formatted(count));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(NotificationLab.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
