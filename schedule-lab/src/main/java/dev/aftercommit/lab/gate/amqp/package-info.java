/** The gate that speaks AMQP 0-9-1, RabbitMQ's protocol. */
@NullMarked
package dev.aftercommit.lab.gate.amqp;

import org.jspecify.annotations.NullMarked;
