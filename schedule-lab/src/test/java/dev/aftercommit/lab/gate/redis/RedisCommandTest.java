package dev.aftercommit.lab.gate.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisCommandTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET a               | GET a
          GET a               | TTL a
          GET a               | SET b 1
          SET a 1             | INCR b
          MGET a b            | MSET c a d b
          EXISTS a            | DEL b
          WATCH a             | GET a
          ZUNION 2 a b        | ZADD c 1 a
          XREAD STREAMS a b 0 0 | XADD c * a b
          OBJECT ENCODING a   | SET encoding 1
          SMEMBERS a          | SMOVE b c a
          """)
  void theOrderOfCommandsThatDoNotMeetDoesNotMatter(String one, String other) {
    assertThat(conflict(one, other)).isFalse();
    assertThat(conflict(other, one)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET a               | SET a 1
          SET a 1             | set a 1
          MGET x a            | MSET b 1 a 2
          GET a               | EXPIRE a 10
          GET a               | EVAL return 0
          SET a 1             | EVALSHA 00 1 b
          GET a               | FLUSHDB
          KEYS *              | DEL a
          SCAN 0              | SET a 1
          DBSIZE              | SET a 1
          RANDOMKEY           | FLUSHALL
          GET a               | NEWCOMMAND b
          GET b               | RENAME a b
          SET b 1             | BITOP AND a b
          SET c 1             | ZUNIONSTORE a 2 b c
          GET b               | LMPOP 2 a b LEFT
          GET a               | XREADGROUP GROUP g c STREAMS a >
          GET a               | XREADGROUP GROUP streams c STREAMS a >
          GET a               | SORT b BY a
          GET a               | LMPOP many b LEFT
          GET a               | SET
          """)
  void theOrderOfCommandsThatMeetMatters(String one, String other) {
    assertThat(conflict(one, other)).isTrue();
    assertThat(conflict(other, one)).isTrue();
  }

  @Test
  void aFingerprintKeepsKeysAndBlanksValues() {
    assertThat(command("set k 'a value' EX 10").fingerprint()).isEqualTo("SET k ? ? ?");
    assertThat(command("MSET a 1 \"b c\" 2").fingerprint()).isEqualTo("MSET a ? \"b c\" ?");
    assertThat(command("NEWCOMMAND a").fingerprint()).isEqualTo("NEWCOMMAND ?");
  }

  @Test
  void aScriptHasOneFingerprintWhetherItIsSentOrCalledByItsHash() {
    assertThat(command("EVAL 'return 1' 1 key value").fingerprint())
        .isEqualTo(
            command("EVALSHA E0E1F9FABFC9D4800C877A703B823AC0578FF8DB 1 key other").fingerprint())
        .isEqualTo("EVAL e0e1f9fabfc9d4800c877a703b823ac0578ff8db ? key ?");
  }

  @Test
  void aLongScriptIsShownInOneShortLine() {
    String script = "local a = 1\\n  return ".concat("x".repeat(100));

    assertThat(command("EVAL \"%s\" 0".formatted(script)).text())
        .startsWith("EVAL \"local a = 1 return xxx")
        .endsWith("xxx...\" 0")
        .hasSizeLessThan(80);
  }

  @Test
  void onlyBlockingAndStreamingCommandsAreNotScheduled() {
    assertThat(command("XREAD BLOCK 0 STREAMS a $").blocks()).isTrue();
    assertThat(command("XREAD STREAMS block $").blocks()).isFalse();
    assertThat(command("BLPOP a 0").blocks()).isTrue();
    assertThat(command("CLIENT TRACKING ON").streams()).isTrue();
    assertThat(command("CLIENT TRACKING OFF").streams()).isFalse();
    assertThat(command("CLIENT KILL ID 3").isLocal()).isFalse();
    assertThat(command("subscribe c").streams()).isTrue();
  }

  private static boolean conflict(String one, String other) {
    return command(one).effect().conflictsWith(command(other).effect());
  }

  private static RedisCommand command(String line) {
    return new RedisCommand(
        CommandLine.words(line).stream()
            .map(word -> new String(word, StandardCharsets.UTF_8))
            .toList());
  }
}
