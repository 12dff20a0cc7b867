package dev.aftercommit.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The AsyncAPI document describes what the code does. */
class AsyncApiTest {

  private static final JsonNode DOCUMENT = parse();

  static Stream<JsonNode> examples() {
    return values(DOCUMENT.at("/components/messages"))
        .flatMap(message -> values(message.path("examples")));
  }

  @Test
  void theDocumentIsAsyncApi3() {
    assertThat(DOCUMENT.path("asyncapi").asText()).isEqualTo("3.0.0");
    assertThat(values(DOCUMENT.path("operations")).map(o -> o.at("/tags/0/name").asText()))
        .contains("outbox-relay", "salary-aggregator", "notification-service");
  }

  @Test
  void everyReferencePointsToSomething() {
    List<JsonNode> references = DOCUMENT.findValues("$ref");

    assertThat(references).isNotEmpty().allSatisfy(AsyncApiTest::assertResolves);
  }

  private static void assertResolves(JsonNode reference) {
    String target = reference.asText();
    if (target.startsWith("#")) {
      assertThat(DOCUMENT.at(JsonPointer.compile(target.substring(1))).isMissingNode())
          .as(target)
          .isFalse();
    } else {
      assertThat(Examples.resource(target.substring("./".length()))).as(target).isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyEventTypeIsAMessageWithItsHeadersSchemaAndTopics(EventType type) {
    JsonNode message = messageOf(type);
    JsonNode headers = message.at("/headers/properties");

    assertThat(message.at("/payload/schema/$ref").asText()).isEqualTo("./" + type.schemaResource());
    assertThat(headers.path(CloudEvents.TYPE).path("const").asText()).isEqualTo(type.ceType());
    assertThat(headers.path(CloudEvents.DATA_SCHEMA).path("const").asText())
        .isEqualTo(type.dataSchema());
    assertThat(headers.path(CloudEvents.SPEC_VERSION).path("const").asText())
        .isEqualTo(CloudEvents.VERSION);
    assertThat(headers.fieldNames())
        .toIterable()
        .contains(
            CloudEvents.ID,
            CloudEvents.SOURCE,
            CloudEvents.SUBJECT,
            CloudEvents.TIME,
            CloudEvents.TRACE_PARENT);
    assertThat(message.path("contentType").asText()).isEqualTo(CloudEvents.JSON);
    assertThat(topicsOf(type.subjectType() + "Events"))
        .containsExactlyInAnyOrderElementsOf(Topics.of(type).toList());
  }

  @Test
  void theQueuesAndTheExchangeAreThoseOfTheTopology() {
    List<String> queues =
        Topology.queues().stream()
            .flatMap(queue -> Stream.of(queue, Topology.deadLetterQueueOf(queue)))
            .toList();

    assertThat(
            values(DOCUMENT.path("channels"))
                .map(channel -> channel.at("/bindings/amqp/queue/name").asText())
                .filter(name -> !name.isEmpty()))
        .containsExactlyInAnyOrderElementsOf(queues);
    assertThat(
            DOCUMENT.at("/components/channelBindings/eventsExchange/amqp/exchange/name").asText())
        .isEqualTo(Topology.EVENTS_EXCHANGE);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anEmbeddedExampleIsValid(JsonNode example) throws Exception {
    JsonNode headers = example.path("headers");
    EventType type = EventType.ofCeType(headers.path(CloudEvents.TYPE).asText()).orElseThrow();
    byte[] payload = new ObjectMapper().writeValueAsBytes(example.path("payload"));

    assertThat(Schemas.violations(type, payload)).isEmpty();
    assertThat(
            JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(messageOf(type).path("headers"))
                .validate(headers))
        .isEmpty();
    Event event = EventJson.read(type.ceType(), payload);
    assertThat(type.subject(event.subjectId()))
        .isEqualTo(headers.path(CloudEvents.SUBJECT).asText());
    assertThat(CloudEvents.eventId(headers.path(CloudEvents.ID).asText()).version()).isEqualTo(7);
  }

  private static JsonNode messageOf(EventType type) {
    return values(DOCUMENT.at("/components/messages"))
        .filter(message -> message.path("name").asText().equals(type.ceType()))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> topicsOf(String channel) {
    List<String> topics = new ArrayList<>();
    DOCUMENT
        .at("/channels/" + channel + "/parameters/routingKey/enum")
        .forEach(topic -> topics.add(topic.asText()));
    return topics;
  }

  private static Stream<JsonNode> values(JsonNode node) {
    List<JsonNode> values = new ArrayList<>();
    node.forEach(values::add);
    return values.stream();
  }

  private static JsonNode parse() {
    try {
      return YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .readTree(Examples.resource("asyncapi.yaml"));
    } catch (IOException e) {
      throw new IllegalStateException("asyncapi.yaml is not YAML", e);
    }
  }
}
