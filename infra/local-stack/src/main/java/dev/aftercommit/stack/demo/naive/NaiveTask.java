package dev.aftercommit.stack.demo.naive;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Moves the averages as one should not: when the message arrives it reads the row, which may not be
 * committed yet (the change is missed for ever) or may hold a later change already (that one is
 * counted twice); and a message that comes again is applied again.
 */
final class NaiveTask extends DefaultConsumer {

  private static final String MOVE_AVERAGE =
      """
      UPDATE naive.department d SET average = d.average + (e.salary - ?) / d.headcount
      FROM naive.employee e WHERE e.id = ? AND d.id = e.department
      """;

  private final Connection database;
  private final NaiveLog log;

  NaiveTask(Channel channel, Connection database, NaiveLog log) {
    super(channel);
    this.database = database;
    this.log = log;
  }

  @Override
  public void handleDelivery(
      String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
      throws IOException {
    NaiveMessage message = NaiveMessage.parse(body);
    try {
      moveAverage(message.employee(), message.before());
    } catch (SQLException e) {
      throw new IOException("the naive task could not apply " + message, e);
    }
    getChannel().basicAck(envelope.getDeliveryTag(), false);
    log.applied(message.number());
  }

  private void moveAverage(int employee, BigDecimal before) throws SQLException {
    try (PreparedStatement update = database.prepareStatement(MOVE_AVERAGE)) {
      update.setBigDecimal(1, before);
      update.setInt(2, employee);
      update.executeUpdate();
    }
  }
}
