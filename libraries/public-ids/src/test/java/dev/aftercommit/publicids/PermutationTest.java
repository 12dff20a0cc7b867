package dev.aftercommit.publicids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Each number has one image and the way back; neighbours look unrelated. */
class PermutationTest {

  private static final IdKey KEY = IdKey.parse(IdKey.DEVELOPMENT);
  private static final IdKey OTHER_KEY = IdKey.parse("000102030405060708090a0b0c0d0e0f");

  private final Permutation whole = new Permutation(KEY, "emp", 64);

  @Property(tries = 20_000)
  void everyNumberComesBack(@ForAll long number) {
    assertThat(whole.invert(whole.apply(number))).isEqualTo(number);
    assertThat(whole.apply(whole.invert(number))).isEqualTo(number);
  }

  @Property(tries = 2_000)
  void everyNumberComesBackUnderAnyKeyAndWidth(
      @ForAll long number,
      @ForAll long high,
      @ForAll long low,
      @ForAll @IntRange(min = 1, max = 32) int half) {
    IdKey key = IdKey.parse("%016x%016x".formatted(high, low));
    Permutation permutation = new Permutation(key, "any", 2 * half);
    long within = number >>> (64 - 2 * half);
    assertThat(permutation.invert(permutation.apply(within))).isEqualTo(within);
  }

  @Example
  void onSixteenBitsNoTwoNumbersShareAnImage() {
    assertBijective(new Permutation(KEY, "emp", 16), 16);
    assertBijective(new Permutation(OTHER_KEY, "emp", 16), 16);
  }

  @Example
  void onTwentyTwoBitsNoTwoNumbersShareAnImage() {
    assertBijective(new Permutation(KEY, "emp", 22), 22);
  }

  @Example
  void neighboursDifferInHalfTheirBits() {
    int pairs = 100_000;
    long differing = 0;
    int fewest = 64;
    for (long number = 1; number <= pairs; number++) {
      int bits = Long.bitCount(whole.apply(number) ^ whole.apply(number + 1));
      differing += bits;
      fewest = Math.min(fewest, bits);
    }
    // the mean of 6.4 million fair coins is within 0.02 of 32 with more than six sigmas
    assertThat((double) differing / pairs).isCloseTo(32, within(0.1));
    assertThat(fewest).isGreaterThan(8);
  }

  /** Each input bit flips each output bit in about half of all cases. */
  @Example
  void everyBitOfTheNumberMovesEveryBitOfTheImage() {
    int samples = 4_000;
    SplittableRandom random = new SplittableRandom(1);
    int[][] flips = new int[64][64];
    for (int sample = 0; sample < samples; sample++) {
      long number = random.nextLong();
      long image = whole.apply(number);
      for (int in = 0; in < 64; in++) {
        long changed = image ^ whole.apply(number ^ 1L << in);
        for (int out = 0; out < 64; out++) {
          flips[in][out] += (int) (changed >>> out & 1);
        }
      }
    }
    for (int[] row : flips) {
      for (int count : row) {
        assertThat((double) count / samples).isCloseTo(0.5, within(0.06));
      }
    }
  }

  @Example
  void imagesFollowNoOrder() {
    int rising = 0;
    for (long number = 1; number <= 10_000; number++) {
      rising += Long.compareUnsigned(whole.apply(number), whole.apply(number + 1)) < 0 ? 1 : 0;
    }
    assertThat(rising).isBetween(4_700, 5_300);
  }

  @Example
  void anotherKeyOrLabelIsAnotherPermutation() {
    long image = whole.apply(1);
    assertThat(new Permutation(OTHER_KEY, "emp", 64).apply(1)).isNotEqualTo(image);
    assertThat(new Permutation(KEY, "dep", 64).apply(1)).isNotEqualTo(image);
  }

  /** Tokens are out there for ever: a change of the function must not go unnoticed. */
  @Example
  void theFunctionStaysWhatItIs() {
    assertThat(Long.toHexString(whole.apply(1))).isEqualTo("f83f5baf5d5ea856");
    assertThat(Long.toHexString(whole.apply(-1))).isEqualTo("4b1ecbbd02fc8729");
    assertThat(KEY.fingerprint()).isEqualTo("12b9dc5db64f62da");
  }

  @Example
  void numbersAndWidthsOutOfRangeAreRefused() {
    Permutation narrow = new Permutation(KEY, "emp", 16);
    assertThatThrownBy(() -> narrow.apply(1 << 16)).hasMessageContaining("16 bits, found 65536");
    assertThatThrownBy(() -> narrow.invert(-1)).hasMessageContaining("16 bits");
    assertThatThrownBy(() -> new Permutation(KEY, "emp", 15)).hasMessageContaining("even width");
    assertThatThrownBy(() -> new Permutation(KEY, "emp", 66)).hasMessageContaining("even width");
  }

  @Example
  void aKeyIsReadWithCareAndNeverShown() {
    assertThatThrownBy(() -> IdKey.parse("6166")).hasMessageContaining("found 4 characters");
    assertThatThrownBy(() -> IdKey.parse("x".repeat(32)))
        .hasMessageContaining("not all of them such digits")
        .hasMessageNotContaining("xxx");
    assertThat(KEY.toString()).doesNotContain(IdKey.DEVELOPMENT).contains(KEY.fingerprint());
  }

  private static void assertBijective(Permutation permutation, int width) {
    BitSet images = new BitSet(1 << width);
    for (int number = 0; number < 1 << width; number++) {
      images.set((int) permutation.apply(number));
    }
    assertThat(images.cardinality()).isEqualTo(1 << width);
    assertThat(images.length()).isEqualTo(1 << width);
  }
}
