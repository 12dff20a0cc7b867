package dev.aftercommit.lab.gate;

/** The servers that have gates. */
public enum Service {
  POSTGRES,
  REDIS,
  RABBITMQ
}
