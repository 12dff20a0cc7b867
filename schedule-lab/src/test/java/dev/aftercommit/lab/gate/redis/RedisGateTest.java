package dev.aftercommit.lab.gate.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Turn;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

class RedisGateTest extends RedisGateFixture {

  @ParameterizedTest
  @EnumSource(RedisProtocol.class)
  void everyCommandIsAStepAndConnectingIsNone(RedisProtocol protocol) {
    try (Jedis other = connect(protocol)) {
      other.ping();
      other.set("k", "a value");
      other.hset("h", "f", "1");
      assertThat(other.get("k")).isEqualTo("a value");
      assertThat(other.get("none")).isNull();
      assertThat(other.hgetAll("h")).containsEntry("f", "1");
      assertThat(other.mget("k", "none")).containsExactly("a value", null);
      assertThatThrownBy(() -> other.incr("k")).isInstanceOf(JedisDataException.class);
    }
    assertThat(turnstile.seen())
        .containsExactly(
            "SET k \"a value\"",
            "-> OK",
            "HSET h f 1",
            "-> 1",
            "GET k",
            "-> \"a value\"",
            "GET none",
            "-> (nil)",
            "HGETALL h",
            "-> [f, 1]",
            "MGET k none",
            "-> [\"a value\", (nil)]",
            "INCR k",
            "-> ERROR ERR");
    assertThat(turnstile.unsound()).isEmpty();
  }

  @Test
  void commandsOfAPipelineFollowOneAnother() {
    try (Pipeline pipeline = client.pipelined()) {
      for (int i = 0; i < 100; i++) {
        pipeline.rpush("l", "v" + i);
      }
      Response<Long> length = pipeline.llen("l");
      pipeline.sync();
      assertThat(length.get()).isEqualTo(100);
    }
    assertThat(turnstile.seen())
        .hasSize(202)
        .startsWith("RPUSH l v0", "-> 1", "RPUSH l v1", "-> 2");
  }

  @Test
  void aClientThatSendsWithoutWaitingSeesItsAnswersInOrder() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Redis client = Redis.createClient(vertx, uri());
      List<Long> answers = new ArrayList<>();
      List<io.vertx.core.Future<Long>> futures = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        futures.add(client.send(Request.cmd(Command.INCR).arg("n")).map(answer -> answer.toLong()));
      }
      for (io.vertx.core.Future<Long> future : futures) {
        answers.add(future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS));
      }
      assertThat(answers).containsExactlyInAnyOrder(1L, 2L, 3L);
      client.close();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
    assertThat(turnstile.seen()).hasSize(6).contains("INCR n", "-> 3");
    assertThat(turnstile.unsound()).isEmpty();
  }

  @Test
  void bytesThatAreNoTextPassAsTheyAre() {
    byte[] value = new byte[100_000];
    value[1] = (byte) 0xff;
    value[2] = '\r';
    value[3] = '\n';
    client.set("k".getBytes(StandardCharsets.UTF_8), value);

    assertThat(client.get("k".getBytes(StandardCharsets.UTF_8))).isEqualTo(value);
  }

  @Test
  void aScriptWaitsOnceWhetherTheServerHasItOrNot() {
    String script = "return redis.call('INCR', KEYS[1]) -- " + System.nanoTime();
    String hash = client.scriptLoad(script);
    redis.execute("SCRIPT FLUSH");

    assertThatThrownBy(() -> client.evalsha(hash, 1, "k")).hasMessageContaining("NOSCRIPT");
    assertThat(client.eval(script, 1, "k")).isEqualTo(1L);
    assertThat(client.evalsha(hash, 1, "k")).isEqualTo(2L);

    assertThat(turnstile.seen()).hasSize(4).contains("-> 1", "-> 2");
    assertThat(turnstile.seen().get(0)).startsWith("EVAL \"return redis.call('INCR', KEYS[1]) -- ");
    assertThat(turnstile.seen().get(2)).isEqualTo("EVALSHA %s 1 k".formatted(hash));
  }

  @ParameterizedTest
  @EnumSource(
      value = Turn.class,
      names = {"KILL", "REDIS_UNAVAILABLE"})
  void aBrokenConnectionIsSeenByTheClientAndTheCommandNotByRedis(Turn turn) {
    turnstile.all(turn);
    assertThatThrownBy(() -> client.set("k", "1")).isInstanceOf(JedisConnectionException.class);

    turnstile.all(Turn.RUN);
    try (Jedis next = connect(RedisProtocol.RESP2)) {
      assertThat(next.get("k")).isNull();
    }
    assertThat(turnstile.seen())
        .containsExactly("SET k 1", "-> ERROR connection", "GET k", "-> (nil)");
    assertThat(turnstile.unsound()).isEmpty();
  }

  @Test
  void aCutBreaksConnectionsThatWaitForNothing() {
    gate.cut();

    assertThatThrownBy(() -> client.ping()).isInstanceOf(JedisConnectionException.class);
    assertThat(turnstile.unsound()).isEmpty();
  }

  @Test
  void whatBlocksIsToldAndRefused() {
    assertThatThrownBy(() -> client.blpop(0, "l")).hasMessageContaining("cannot schedule BLPOP");

    assertThat(turnstile.unsound()).singleElement().asString().contains("'BLPOP l 0");
    assertThat(turnstile.seen()).isEmpty();
  }

  @Test
  void aSubscriptionIsToldAndRefused() {
    assertThatThrownBy(() -> client.subscribe(new JedisPubSub() {}, "c"))
        .hasMessageContaining("cannot schedule SUBSCRIBE");
    assertThat(turnstile.unsound()).singleElement().asString().contains("'SUBSCRIBE c'");
  }

  @Test
  void aSubscriptionOfBeforeTheScheduleWorksAndIsTold() throws Exception {
    gate.mode(Gate.Mode.OPEN);
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    JedisPubSub listener =
        new JedisPubSub() {
          @Override
          public void onMessage(String channel, String message) {
            heard.add(message);
          }
        };
    Thread thread = Thread.ofPlatform().start(() -> client.subscribe(listener, "c"));
    Awaitility.await().until(listener::isSubscribed);
    redis.execute("PUBLISH c hello");
    Awaitility.await().untilAsserted(() -> assertThat(heard).containsExactly("hello"));
    assertThat(turnstile.unsound()).isEmpty();

    gate.mode(Gate.Mode.STEPS);

    assertThat(turnstile.unsound()).singleElement().asString().contains("speaks at any time");
    listener.unsubscribe();
    thread.join();
  }

  @Test
  void aCommandTypedByHandIsAnswered() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gate.port())) {
      socket
          .getOutputStream()
          .write("\r\nPING\r\nECHO \"a b\"\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(16);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("+PONG\r\n$3\r\na b\r\n");
    }
  }

  @Test
  void whoWaitsForTheGateToBeQuietIsNotBeforeACommandThatHasCome() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gate.port())) {
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readNBytes(7);
      socket.getOutputStream().write("SET k 1\r\n".getBytes(StandardCharsets.US_ASCII));
      gate.awaitQuiet();

      assertThat(turnstile.coming()).containsExactly("SET k 1");
    }
  }

  @Test
  void anotherProtocolIsToldAndHungUpOn() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gate.port())) {
      socket.getOutputStream().write(new byte[] {0x16, 3, 1});
      assertThat(socket.getInputStream().read()).isNegative();
    }
    assertThat(turnstile.unsound()).singleElement().asString().contains("is TLS on?");
  }

  private String uri() {
    String password = redis.server().password();
    String user = password == null ? "" : ":" + password + "@";
    return "redis://%s127.0.0.1:%d/%d".formatted(user, gate.port(), redis.index());
  }
}
