package dev.aftercommit.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The walls of the house: arrows point from services to libraries, and never sideways. */
class ArchitectureTest {

  private static final String EMPLOYEE = "dev.aftercommit.employee..";
  private static final String RELAY = "dev.aftercommit.relay..";
  private static final String AGGREGATOR = "dev.aftercommit.aggregator..";
  private static final String NOTIFICATION = "dev.aftercommit.notification..";
  private static final String STACK = "dev.aftercommit.stack..";
  private static final List<String> SERVICES = List.of(EMPLOYEE, RELAY, AGGREGATOR, NOTIFICATION);

  private static final String EVENTS = "dev.aftercommit.events..";
  private static final String TOPOLOGY = "dev.aftercommit.topology..";
  private static final String OUTBOX = "dev.aftercommit.outbox..";
  private static final String INBOX = "dev.aftercommit.inbox..";
  private static final String CONSUMER = "dev.aftercommit.consumer..";
  private static final String CACHE = "dev.aftercommit.freshcache..";
  private static final String PUBLIC_IDS = "dev.aftercommit.publicids..";
  private static final String PROBLEMS = "dev.aftercommit.problem..";
  private static final String RESILIENCE = "dev.aftercommit.resilience..";

  /** Whoever uses one of these talks to a broker. */
  private static final String[] BROKER = {
    "com.rabbitmq..",
    "io.vertx.rabbitmq..",
    "io.smallrye.reactive.messaging..",
    "org.eclipse.microprofile.reactive.messaging.."
  };

  private static JavaClasses all;

  @BeforeAll
  static void importClasses() {
    all = Modules.classes();
  }

  @Test
  void everyModuleIsLookedAt() {
    assertThat(
            Stream.of(
                "employee",
                "relay",
                "aggregator",
                "notification",
                "events",
                "topology",
                "outbox",
                "inbox",
                "consumer",
                "freshcache",
                "publicids",
                "problem",
                "resilience",
                "stack"))
        .allSatisfy(
            name ->
                assertThat(
                        all.that(
                            DescribedPredicate.describe(
                                name,
                                (JavaClass c) ->
                                    c.getPackageName().startsWith("dev.aftercommit." + name))))
                    .as(name)
                    .isNotEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {EMPLOYEE, RELAY, AGGREGATOR, NOTIFICATION})
  void aServiceKnowsNoOtherServiceAndNoTool(String service) {
    String[] others =
        Stream.concat(SERVICES.stream(), Stream.of(STACK))
            .filter(other -> !other.equals(service))
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage(service)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        EVENTS,
        TOPOLOGY,
        OUTBOX,
        INBOX,
        CONSUMER,
        CACHE,
        PUBLIC_IDS,
        PROBLEMS,
        RESILIENCE
      })
  void aLibraryKnowsNoService(String library) {
    noClasses()
        .that()
        .resideInAPackage(library)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(EMPLOYEE, RELAY, AGGREGATOR, NOTIFICATION, STACK)
        .check(all);
  }

  @Test
  void outboxAndInboxKnowNeitherEachOtherNorQuarkusNorABroker() {
    noClasses()
        .that()
        .resideInAPackage(OUTBOX)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(INBOX, TOPOLOGY, EVENTS, "io.quarkus..")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(BROKER)
        .check(all);
    noClasses()
        .that()
        .resideInAPackage(INBOX)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(OUTBOX, TOPOLOGY, EVENTS, "io.quarkus..")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(BROKER)
        .check(all);
  }

  @Test
  void eventContractsNeedNoFramework() {
    classes()
        .that()
        .resideInAPackage(EVENTS)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(EVENTS, "java..", "com.fasterxml.jackson..", "org.jspecify..")
        .check(all);
  }

  @Test
  void publicIdsNeedNoFramework() {
    classes()
        .that()
        .resideInAPackage(PUBLIC_IDS)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(PUBLIC_IDS, "java..", "javax.sql..", "javax.crypto..", "org.jspecify..")
        .check(all);
  }

  @Test
  void onlyTheRelayAndTheAdaptersOfConsumersTouchTheBroker() {
    noClasses()
        .that()
        .resideInAnyPackage(
            EMPLOYEE,
            EVENTS,
            "dev.aftercommit.aggregator.average..",
            "dev.aftercommit.aggregator.parked..",
            "dev.aftercommit.notification.mail..",
            "dev.aftercommit.notification.notification..",
            "dev.aftercommit.notification.parked..",
            CACHE)
        .and()
        .resideOutsideOfPackage("dev.aftercommit.employee.cache..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(BROKER)
        .check(all);
  }

  @Test
  void theCacheCanBeLiftedOut() {
    classes()
        .that()
        .resideInAPackage(CACHE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            CACHE, RESILIENCE, "java..", "io.vertx..", "io.micrometer..", "org.jspecify..")
        .check(all);
  }

  @Test
  void theRelayKnowsEventsOnlyAsBytes() {
    noClasses()
        .that()
        .resideInAPackage(RELAY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.aftercommit.events..", INBOX, CONSUMER)
        .check(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"employee", "relay", "aggregator", "notification", "stack"})
  void thePackagesOfAModuleFormNoCycle(String module) {
    slices().matching("dev.aftercommit." + module + ".(*)..").should().beFreeOfCycles().check(all);
  }

  @Test
  void theNaivePatternIsUsedByTheDemoOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.aftercommit.stack.demo..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.aftercommit.stack.demo.naive..")
        .check(all);
  }
}
