package dev.aftercommit.employee.idempotency;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Stands around the resource method, behind the validation of its parameters: what is malformed is
 * refused without a transaction.
 */
@Interceptor
@RepeatableCommand
@Priority(Interceptor.Priority.PLATFORM_AFTER + 900)
class RepeatableCommands {

  private final KeyedRequest request;
  private final KeyedCommands commands;

  @Inject
  RepeatableCommands(KeyedRequest request, KeyedCommands commands) {
    this.request = request;
    this.commands = commands;
  }

  @AroundInvoke
  @Nullable Object once(InvocationContext resource) throws Exception {
    KeyedCommand command = request.command();
    if (command == null) {
      return resource.proceed();
    }
    return commands.run(command, () -> answerOf(resource)).toResponse();
  }

  private static RestResponse<?> answerOf(InvocationContext resource) throws Exception {
    if (resource.proceed() instanceof RestResponse<?> response) {
      return response;
    }
    throw new IllegalStateException(
        "%s is a repeatable command, but does not return a RestResponse: its answer cannot be kept"
            .formatted(resource.getMethod()));
  }
}
