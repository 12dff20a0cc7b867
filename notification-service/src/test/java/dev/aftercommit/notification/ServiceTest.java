package dev.aftercommit.notification;

import dev.aftercommit.stack.testing.ServersTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A test of the running service on real servers. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersTestResource.class,
    initArgs = {
      @ResourceArg(name = "database", value = "notification"),
      @ResourceArg(name = "role", value = "notification_service"),
      @ResourceArg(name = "rabbitmq", value = "true")
    })
@QuarkusTestResource(MailServer.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ServiceTest {}
