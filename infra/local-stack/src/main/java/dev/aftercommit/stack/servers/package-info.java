/**
 * PostgreSQL, RabbitMQ and Redis for this machine: given by the environment, in containers where a
 * Docker engine answers, as private processes where none does. Never a mock.
 */
@NullMarked
package dev.aftercommit.stack.servers;

import org.jspecify.annotations.NullMarked;
