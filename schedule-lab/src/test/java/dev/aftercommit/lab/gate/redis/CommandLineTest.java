package dev.aftercommit.lab.gate.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

  @Test
  void wordsAreSplitAsRedisCliSplitsThem() {
    assertThat(words("  SET key 'a \\'b\\' \"c\"'  ")).containsExactly("SET", "key", "a 'b' \"c\"");
    assertThat(words("\"a\\n\\t\\\"\\\\\" \"\"")).containsExactly("a\n\t\"\\", "");
    assertThat(words("'\\n' ü")).containsExactly("\\n", "ü");
    assertThat(words(" ")).isEmpty();
    assertThat(CommandLine.words("\"\\xff\\x0z\"").getFirst()).containsExactly(0xff, 'x', '0', 'z');
  }

  @Test
  void aQuoteThatIsNotClosedIsNamedWithItsColumn() {
    assertThatThrownBy(() -> CommandLine.words("SET k \"v")).hasMessageContaining("column 7");
    assertThatThrownBy(() -> CommandLine.words("SET 'k'v")).hasMessageContaining("a space behind");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "", "a b", "\"", "it's", "\\", "line\nbreak\t\u0001", "ü"})
  void aQuotedWordIsReadAsTheSame(String word) {
    assertThat(words(CommandLine.quoted(word))).containsExactly(word);
  }

  private static List<String> words(String line) {
    return CommandLine.words(line).stream()
        .map(word -> new String(word, StandardCharsets.UTF_8))
        .toList();
  }
}
