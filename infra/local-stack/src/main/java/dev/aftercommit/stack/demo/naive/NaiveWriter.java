package dev.aftercommit.stack.demo.naive;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SplittableRandom;

/**
 * Raises salaries as one should not: it reads the salary, adds to it in the program and writes it
 * back (two writers read the same salary, and one raise is lost); and it publishes before the
 * commit (the message is on its way whether the change commits or not).
 */
final class NaiveWriter implements AutoCloseable {

  /** The share of changes that roll back, as in the demo. */
  private static final int ROLLED_BACK_PERCENT = 5;

  /** One in ten raises goes to one of so few, as in the demo. */
  private static final int HOT = 20;

  private static final int HOT_PERCENT = 10;

  private final Connection database;
  private final Channel channel;
  private final String queue;
  private final int employees;
  private final NaiveLog log;
  private final SplittableRandom random;

  NaiveWriter(
      Connection database, Channel channel, String queue, int employees, NaiveLog log, long seed)
      throws SQLException {
    this.database = database;
    this.channel = channel;
    this.queue = queue;
    this.employees = employees;
    this.log = log;
    this.random = new SplittableRandom(seed);
    database.setAutoCommit(false);
  }

  /** One raise. */
  void raise() throws SQLException, IOException {
    int hot = Math.min(HOT, employees);
    int employee = 1 + random.nextInt(random.nextInt(100) < HOT_PERCENT ? hot : employees);
    BigDecimal amount = BigDecimal.valueOf(random.nextLong(1_000, 100_000), 2);
    BigDecimal before = salary(employee);
    write(employee, before.add(amount));
    NaiveMessage message = new NaiveMessage(log.nextNumber(), employee, before);
    channel.basicPublish("", queue, null, message.bytes());
    log.published(message);
    if (random.nextInt(100) < ROLLED_BACK_PERCENT) {
      database.rollback();
      log.rolledBack(message.number());
    } else {
      database.commit();
      log.committed(employee, amount);
    }
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }

  private BigDecimal salary(int employee) throws SQLException {
    try (PreparedStatement select =
        database.prepareStatement("SELECT salary FROM naive.employee WHERE id = ?")) {
      select.setInt(1, employee);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBigDecimal(1);
      }
    }
  }

  private void write(int employee, BigDecimal salary) throws SQLException {
    try (PreparedStatement update =
        database.prepareStatement("UPDATE naive.employee SET salary = ? WHERE id = ?")) {
      update.setBigDecimal(1, salary);
      update.setInt(2, employee);
      update.executeUpdate();
    }
  }
}
