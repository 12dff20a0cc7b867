package dev.aftercommit.employee.idempotency;

import jakarta.enterprise.context.RequestScoped;
import org.jspecify.annotations.Nullable;

/** Carries the command from the filter, which sees the body, to the interceptor. */
@RequestScoped
class KeyedRequest {

  private @Nullable KeyedCommand command;

  /** The command of a request that came with a key; null for all others. */
  @Nullable KeyedCommand command() {
    return command;
  }

  void accept(KeyedCommand keyed) {
    command = keyed;
  }
}
