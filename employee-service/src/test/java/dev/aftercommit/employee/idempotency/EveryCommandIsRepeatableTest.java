package dev.aftercommit.employee.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.employee.testing.Api;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.jboss.resteasy.reactive.RestResponse;
import org.junit.jupiter.api.Test;

/** Nobody adds a command and forgets that it may be repeated. */
@QuarkusTest
class EveryCommandIsRepeatableTest {

  @Inject BeanManager beans;
  @Inject Api api;

  @Test
  void everyCommandTakesAKeyOrSaysWhyItDoesNot() {
    List<Method> commands =
        beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
            .map(Bean::getBeanClass)
            .filter(resource -> resource.isAnnotationPresent(Path.class))
            .filter(resource -> resource.getName().startsWith("dev.aftercommit."))
            .flatMap(resource -> Arrays.stream(resource.getDeclaredMethods()))
            .filter(EveryCommandIsRepeatableTest::isCommand)
            .toList();

    assertThat(commands).hasSizeGreaterThanOrEqualTo(9);
    assertThat(commands)
        .allSatisfy(
            command -> {
              assertThat(takesKey(command) ^ saysWhyNot(command)).as("%s", command).isTrue();
              assertThat(saysWhyNot(command) || returnsRestResponse(command))
                  .as("%s returns an answer that can be kept", command)
                  .isTrue();
            });
  }

  @Test
  void theHeaderIsDocumentedWhereItIsTaken() {
    JsonNode paths = api.get("/q/openapi?format=json").body().get("paths");

    JsonNode raise = paths.get("/employees/{id}/raise").get("post");
    assertThat(raise.get("parameters").findValuesAsText("name")).contains("Idempotency-Key");
    assertThat(raise.get("responses").get("409").get("description").asText())
        .contains("budget-exceeded", "idempotency-key-in-use");
    assertThat(raise.get("responses").get("422").get("description").asText())
        .contains("idempotency-key-reused");
    JsonNode imports = paths.get("/imports").get("post");
    assertThat(imports.findValuesAsText("name")).doesNotContain("Idempotency-Key");
    assertThat(imports.get(RepeatableCommand.NOT_TAKEN).asText()).contains("keys of their own");
    assertThat(paths.get("/employees").get("get").findValuesAsText("name"))
        .doesNotContain("Idempotency-Key");
  }

  private static boolean isCommand(Method method) {
    return method.isAnnotationPresent(POST.class)
        || method.isAnnotationPresent(PUT.class)
        || method.isAnnotationPresent(DELETE.class);
  }

  private static boolean takesKey(Method command) {
    return command.isAnnotationPresent(RepeatableCommand.class)
        || command.getDeclaringClass().isAnnotationPresent(RepeatableCommand.class);
  }

  private static boolean saysWhyNot(Method command) {
    return Arrays.stream(command.getAnnotationsByType(Extension.class))
        .anyMatch(extension -> extension.name().equals(RepeatableCommand.NOT_TAKEN));
  }

  private static boolean returnsRestResponse(Method command) {
    return command.getReturnType() == RestResponse.class;
  }
}
