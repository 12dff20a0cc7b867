package dev.aftercommit.lab.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the static method without parameters that says where the servers are for the schedule tests
 * of its class: a {@link dev.aftercommit.lab.database.ServerAddress}, or {@link
 * dev.aftercommit.lab.scenario.Addresses} if there is more than PostgreSQL.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface LabServerSource {}
