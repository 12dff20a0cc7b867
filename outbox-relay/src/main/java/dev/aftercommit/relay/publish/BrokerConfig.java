package dev.aftercommit.relay.publish;

/** Where RabbitMQ is, and as whom to connect. */
public record BrokerConfig(
    String host, int port, String username, String password, String virtualHost) {}
