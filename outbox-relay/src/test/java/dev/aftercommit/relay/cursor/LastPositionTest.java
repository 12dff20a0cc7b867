package dev.aftercommit.relay.cursor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.relay.OutboxDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/**
 * The ceiling of a window rests on this number: were it ahead of what has been drawn for a moment
 * only, the events of that moment would never be read.
 */
class LastPositionTest {

  private static final String QUERY_CANCELED = "57014";

  /**
   * Slower than the loop that looks: what is ahead of it stays so until that has drawn, too. It is
   * cancelled; should this program be killed before, it ends after some minutes.
   */
  private static final String DRAW_ON =
      """
      DO $$ BEGIN
        FOR i IN 1..100000000 LOOP
          PERFORM nextval('outbox.event_position'), md5(md5(md5('x')));
        END LOOP;
      END $$
      """;

  @Test
  void whatIsDrawnLaterIsNeverBelowTheLastPosition() throws Exception {
    try (OutboxDatabase outbox = new OutboxDatabase();
        Connection drawing = outbox.begin();
        Statement draw = drawing.createStatement();
        Connection looking = outbox.begin();
        Statement look = looking.createStatement()) {
      FutureTask<Boolean> others = new FutureTask<>(() -> draw.execute(DRAW_ON));
      Thread thread = Thread.ofPlatform().start(others);
      await().until(() -> outbox.count("SELECT last_value FROM outbox.event_position") > 1);

      try {
        look.execute(countPositionsBelow(OutboxReader.LAST_POSITION));
        looking.commit();
      } finally {
        draw.cancel();
        thread.join();
      }

      assertThat(outbox.count("SELECT below FROM result")).isZero();
      assertThatThrownBy(others::get)
          .as("others drew until they were cancelled")
          .hasRootCauseInstanceOf(SQLException.class)
          .rootCause()
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo(QUERY_CANCELED);
    }
  }

  /**
   * PostgreSQL has no point to stop at between the two writes of {@code nextval}. A million looks
   * meet the moment some thousand times.
   */
  private static String countPositionsBelow(String lastPosition) {
    return """
           DO $$
           DECLARE
             known bigint;
             below int := 0;
           BEGIN
             FOR i IN 1..1000000 LOOP
               known := %s;
               IF nextval('outbox.event_position') <= known THEN
                 below := below + 1;
               END IF;
             END LOOP;
             CREATE TABLE result AS SELECT below;
           END $$
           """
        .formatted(lastPosition);
  }
}
