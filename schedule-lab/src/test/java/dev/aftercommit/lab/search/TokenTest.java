package dev.aftercommit.lab.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TokenTest {

  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final Token TOKEN =
      new Token(Token.hash("a text"), 1, 3, List.of(0, 0, 2, 1, 0, 2, 2, 1, 0), 777);

  @Test
  void aTokenIsReadAsItWasWritten() {
    assertThat(Token.decode(TOKEN.encoded())).isEqualTo(TOKEN);
    assertThat(Token.decode(TOKEN.encoded().toLowerCase(Locale.ROOT))).isEqualTo(TOKEN);
  }

  @Test
  void aTokenKeepsWhichOfAnActorsOptionsWasTaken() {
    Token faulty = new Token(7, 2, 2, List.of(0, 1, 3, 0, 4), 1);

    assertThat(Token.decode(faulty.encoded())).isEqualTo(faulty);
  }

  @Test
  void anyWrongCharacterIsNoticed() {
    String text = TOKEN.encoded().replace("-", "");
    for (int i = 0; i < text.length(); i++) {
      for (int d = 0; d < DIGITS.length(); d++) {
        char digit = DIGITS.charAt(d);
        if (digit != text.charAt(i)) {
          String wrong = text.substring(0, i) + digit + text.substring(i + 1);
          assertThatThrownBy(() -> Token.decode(wrong)).hasMessageContaining("mistyped");
        }
      }
    }
  }

  @Test
  void anySwappedNeighboursAreNoticed() {
    String text = TOKEN.encoded().replace("-", "");
    for (int i = 0; i + 1 < text.length(); i++) {
      if (text.charAt(i) != text.charAt(i + 1)) {
        String wrong =
            text.substring(0, i) + text.charAt(i + 1) + text.charAt(i) + text.substring(i + 2);
        assertThatThrownBy(() -> Token.decode(wrong)).hasMessageContaining("mistyped");
      }
    }
  }

  @Test
  void whatIsNoTokenIsRefusedWithAReason() {
    assertThatThrownBy(() -> Token.decode("lost-update")).hasMessageContaining("no token");
  }
}
