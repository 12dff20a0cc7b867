package dev.aftercommit.system.schedules;

import dev.aftercommit.stack.rest.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Changes and cached reads at the same time, at instances of their own over one database and one
 * Redis, in every order of their statements and commands.
 */
class CachedReadsSchedulesTest {

  @RegisterExtension
  static final ServiceSchedules service = new ServiceSchedules(GatedInstances.Cache.ON);

  @Test
  void aReadBesideARaiseLeavesNothingOldInTheCache() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    service.holdsInEveryOrder(
        new Scenario()
            .actor(Requests.raise(ann, 10))
            .actor(Requests.get(ann))
            .laterRead(Requests.get(ann), answer -> salary(answer) == 1010));
  }

  @Test
  void aReadBesideTwoRaisesLeavesNothingOldInTheCache() throws Exception {
    String ann = service.employee(service.department("Ops", 10_000), "Ann", 1000);

    service.holdsWithin(
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
