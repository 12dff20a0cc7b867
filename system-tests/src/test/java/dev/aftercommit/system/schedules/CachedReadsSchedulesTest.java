package dev.aftercommit.system.schedules;

import dev.aftercommit.stack.rest.Answer;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Changes and cached reads at the same time, at instances of their own over one database and one
 * Redis, in every order of their statements and commands.
 */
class CachedReadsSchedulesTest {

  private static ServiceSchedules service;

  @BeforeAll
  static void start() throws SQLException {
    service = ServiceSchedules.start(GatedInstances.Cache.ON);
  }

  @AfterAll
  static void stop() throws SQLException {
    service.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    service.begin();
  }

  @Test
  void aReadBesideARaiseLeavesNothingOldInTheCache(TestInfo test) throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    service.holdsInEveryOrder(
        test,
        new Scenario()
            .actor(Requests.raise(ann, 10))
            .actor(Requests.get(ann))
            .laterRead(Requests.get(ann), answer -> salary(answer) == 1010));
  }

  @Test
  void aReadBesideTwoRaisesLeavesNothingOldInTheCache(TestInfo test) throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    service.holdsWithin(
        test,
        new Scenario()
            .actor(Requests.raise(ann, 10))
            .actor(Requests.raise(ann, 5))
            .actor(Requests.get(ann))
            .laterRead(Requests.get(ann), answer -> salary(answer) == 1015));
  }

  private static int salary(Answer answer) {
    return answer.body().path("salary").intValue();
  }
}
