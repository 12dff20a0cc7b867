package dev.aftercommit.publicids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Tokens lead back to what they stand for, and whatever is mistyped is refused. */
class IdTokensTest {

  private static final int TRIALS = 200;

  private final IdTokens tokens = new IdTokens(IdKey.parse(IdKey.DEVELOPMENT));

  @Property(tries = 20_000)
  void everyInstanceAndSequenceComesBack(
      @ForAll IdType type,
      @ForAll @IntRange(max = IdLayout.MAX_INSTANCE) int instance,
      @ForAll @LongRange(min = 1, max = IdLayout.MAX_SEQUENCE) long sequence) {
    long key = IdLayout.key(instance, sequence);
    String token = tokens.token(type, key);
    assertThat(token).matches(type.prefix() + "_[0-9A-Za-z]{12}").hasSize(IdTokens.LENGTH);
    assertThat(tokens.key(type, token)).isEqualTo(key);
    assertThat(tokens.decode(token)).isEqualTo(new DecodedId(type, instance, sequence));
  }

  @Property(tries = 20_000)
  void everyNumberOfSixtyFourBitsIsWrittenAndReadBack(@ForAll IdType type, @ForAll long image) {
    assertThat(TokenText.read(type, TokenText.write(type, image))).isEqualTo(image);
  }

  /** They are out there for ever: a change of how they are made must not go unnoticed. */
  @Example
  void tokensStayWhatTheyAre() {
    assertThat(tokens.token(IdType.EMPLOYEE, 1)).isEqualTo("emp_LJPlU3rGPEUN");
    assertThat(tokens.token(IdType.DEPARTMENT, 1)).isEqualTo("dep_4KGwT6LO27Jt");
    assertThat(tokens.token(IdType.PROJECT, 1)).isEqualTo("prj_JZnFUzsIpmSF");
    assertThat(tokens.token(IdType.EVENT, 1)).isEqualTo("evt_5vFM1duOKf4O");
    assertThat(tokens.token(IdType.RUN, IdLayout.key(3, 42))).isEqualTo("run_4CabJs4yo6kG");
  }

  @Example
  void theEndsOfTheRangeComeBack() {
    for (long image : new long[] {0, 1, 61, 62, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      assertThat(TokenText.read(IdType.RUN, TokenText.write(IdType.RUN, image))).isEqualTo(image);
    }
  }

  @Property(tries = 20_000)
  void aUuidCarriesTheTokenAndTheTime(
      @ForAll @LongRange(min = 1) long key,
      @ForAll @LongRange(min = 0, max = (1L << 48) - 1) long millis) {
    Assume.that(IdLayout.isKey(key));
    UUID uuid = tokens.uuid(IdType.EVENT, key, Instant.ofEpochMilli(millis));
    assertThat(uuid.version()).isEqualTo(7);
    assertThat(uuid.variant()).isEqualTo(2);
    assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(millis);
    assertThat(IdTokens.token(IdType.EVENT, uuid)).isEqualTo(tokens.token(IdType.EVENT, key));
  }

  @Example
  void everySingleMistypedCharacterIsRefused() {
    SplittableRandom random = new SplittableRandom(7);
    for (IdType type : IdType.values()) {
      for (int trial = 0; trial < 50; trial++) {
        assertEveryMistypedCharacterIsRefused(TokenText.write(type, random.nextLong()));
      }
    }
  }

  private void assertEveryMistypedCharacterIsRefused(String token) {
    for (int position = 0; position < token.length(); position++) {
      for (char typed = ' '; typed <= '~'; typed++) {
        if (typed != token.charAt(position)) {
          assertRefused(token.substring(0, position) + typed + token.substring(position + 1));
        }
      }
    }
  }

  @Example
  void everySwapOfTwoNeighboursIsRefused() {
    SplittableRandom random = new SplittableRandom(8);
    for (int trial = 0; trial < 20 * TRIALS; trial++) {
      String token = TokenText.write(IdType.EMPLOYEE, random.nextLong());
      for (int position = 0; position + 1 < token.length(); position++) {
        char first = token.charAt(position);
        char second = token.charAt(position + 1);
        if (first != second) {
          assertRefused(
              token.substring(0, position) + second + first + token.substring(position + 2));
        }
      }
    }
  }

  @Example
  void theMappingOfTheCheckCharacterIsAntisymmetric() {
    for (int x = 0; x < Base62.RADIX; x++) {
      assertThat(CheckCharacter.map(CheckCharacter.map(x))).isEqualTo(x);
      assertThat(CheckCharacter.multiply(x, CheckCharacter.invert(x))).isZero();
      for (int y = 0; y < x; y++) {
        assertThat(CheckCharacter.multiply(x, CheckCharacter.map(y)))
            .isNotEqualTo(CheckCharacter.multiply(y, CheckCharacter.map(x)));
      }
    }
  }

  @Example
  void theDigitsOfOneTypeNeverPassAsAnother() {
    SplittableRandom random = new SplittableRandom(9);
    for (int trial = 0; trial < TRIALS; trial++) {
      long image = random.nextLong();
      for (IdType type : IdType.values()) {
        String digits = TokenText.write(type, image).substring(4);
        for (IdType other : IdType.values()) {
          if (other != type) {
            assertRefused(other.prefix() + "_" + digits);
          }
        }
      }
    }
  }

  @Example
  void lostAndAddedCharactersAreRefused() {
    String token = tokens.token(IdType.EMPLOYEE, 1);
    assertThatThrownBy(() -> tokens.decode(token.substring(0, 15)))
        .hasMessageContaining("expected 16 characters, found 15");
    assertThatThrownBy(() -> tokens.decode(token + "0"))
        .hasMessageContaining("expected 16 characters, found 17");
    assertThatThrownBy(() -> tokens.decode("")).hasMessageContaining("begins with one of emp_");
  }

  @Example
  void aNumberOfMoreThanSixtyFourBitsIsRefused() {
    String tooGreat = "zzzzzzzzzzz";
    char check = CheckCharacter.of(IdType.EMPLOYEE.checkSeed(), tooGreat, 0);
    assertRefused("emp_" + tooGreat + check);
  }

  @Example
  void theRefusalSaysWhatWasExpectedAndFound() {
    String token = tokens.token(IdType.EMPLOYEE, 42);
    assertThatThrownBy(() -> tokens.key(IdType.DEPARTMENT, token))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessage("expected a token that begins with dep_, found " + token);
    assertThatThrownBy(() -> tokens.decode("emp_00000000000!"))
        .hasMessageContaining("another character at position 16");
    assertThatThrownBy(() -> tokens.decode("emp_" + "\u0007ä".repeat(50)))
        .hasMessageContaining("emp_????")
        .hasMessageNotContaining("ä");
  }

  @Example
  void aTokenOfAnotherKeyIsRefusedUnlessItHappensToNameAnId() {
    IdTokens others = new IdTokens(IdKey.parse("000102030405060708090a0b0c0d0e0f"));
    int refused = 0;
    for (long key = 1; key <= TRIALS; key++) {
      String token = others.token(IdType.EVENT, key);
      refused += catchThrowable(() -> tokens.decode(token)) != null ? 1 : 0;
    }
    // the bit that is always 0 tells in half of all cases; the database's fingerprint in all
    assertThat(refused).isBetween(TRIALS / 4, TRIALS * 3 / 4);
  }

  @Example
  void oneKeyHasUnrelatedTokensInEachType() {
    assertThat(tokens.permute(IdType.EMPLOYEE, 1)).isNotEqualTo(tokens.permute(IdType.RUN, 1));
  }

  @Example
  void whatIsNoKeyGetsNoToken() {
    assertThatThrownBy(() -> tokens.token(IdType.RUN, 0)).hasMessageContaining("found 0");
    assertThatThrownBy(() -> tokens.token(IdType.RUN, -5)).hasMessageContaining("found -5");
    assertThatThrownBy(() -> IdLayout.key(1 << 15, 1)).hasMessageContaining("32767, found 32768");
    assertThatThrownBy(() -> IdLayout.key(1, 1L << 48))
        .hasMessageContaining("found 281474976710656");
  }

  private void assertRefused(String token) {
    assertThat(catchThrowable(() -> tokens.decode(token)))
        .as(token)
        .isInstanceOf(InvalidTokenException.class);
  }
}
