package dev.aftercommit.relay.publish;

/**
 * Where RabbitMQ is, and as whom to connect.
 *
 * @param declareTopology whether to declare what is published to
 */
public record BrokerConfig(
    String host,
    int port,
    String username,
    String password,
    String virtualHost,
    boolean declareTopology) {}
