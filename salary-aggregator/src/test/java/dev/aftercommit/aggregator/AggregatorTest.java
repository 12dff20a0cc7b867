package dev.aftercommit.aggregator;

import dev.aftercommit.stack.testing.ServersTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Gives the whole service a database of its own and the broker. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@QuarkusTestResource(
    value = ServersTestResource.class,
    initArgs = {
      @ResourceArg(name = "database", value = "aggregator"),
      @ResourceArg(name = "role", value = "salary_aggregator"),
      @ResourceArg(name = "rabbitmq", value = "true")
    })
public @interface AggregatorTest {}
