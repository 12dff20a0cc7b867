package dev.aftercommit.publicids;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Turns keys into tokens and back. A key is what a database keeps: instance and sequence side by
 * side ({@link IdLayout}). A token is what leaves the house: {@code emp_} and the like, eleven
 * digits of Base62 for the permuted key, one check character. It reveals neither order nor volume,
 * needs no table to be read back, and is refused when any one of its characters is mistyped, two
 * neighbours are swapped, or the digits are those of another type.
 *
 * <p>Obfuscation, not secrecy: see {@link Permutation}. Whoever may not see something must be
 * refused, however they came by its id.
 *
 * <p>Immutable, for any number of threads. The idea comes from <a
 * href="https://pypi.org/project/permid64/">permid64</a>.
 */
public final class IdTokens {

  /** Characters of every token. */
  public static final int LENGTH = TokenText.LENGTH;

  private final Map<IdType, Permutation> permutations = new EnumMap<>(IdType.class);

  /** Each type has a permutation of its own, so that the ids of one say nothing about another's. */
  public IdTokens(IdKey key) {
    for (IdType type : IdType.values()) {
      permutations.put(type, new Permutation(key, type.prefix(), Long.SIZE));
    }
  }

  /** The 64 bits that leave the house, as a number without an order. */
  public long permute(IdType type, long key) {
    return permutation(type).apply(requireKey(key));
  }

  /**
   * The token of a key.
   *
   * @throws IllegalArgumentException when the number is no key
   */
  public String token(IdType type, long key) {
    return TokenText.write(type, permute(type, key));
  }

  /**
   * The permuted key inside a UUID of version 7, for places that want one. The time only makes
   * neighbours in time neighbours in an index; that it is unique rests on the key alone.
   */
  public UUID uuid(IdType type, long key, Instant when) {
    return TimeOrderedUuid.of(permute(type, key), when);
  }

  /** The token whose bits such a UUID carries; of any other UUID, one that names nothing. */
  public static String token(IdType type, UUID uuid) {
    return TokenText.write(type, TimeOrderedUuid.bits(uuid));
  }

  /**
   * The key of a token of this type.
   *
   * @throws InvalidTokenException when it is no such token
   */
  public long key(IdType type, String token) {
    return unpermute(type, TokenText.read(type, token), token);
  }

  /**
   * What a token of any type says.
   *
   * @throws InvalidTokenException when it is no token
   */
  public DecodedId decode(String token) {
    IdType type =
        TokenText.type(token)
            .orElseThrow(
                () ->
                    new InvalidTokenException(
                        "expected a token that begins with one of %s, found %s"
                            .formatted(IdType.prefixes(), TokenText.quote(token))));
    long key = key(type, token);
    return new DecodedId(type, IdLayout.instance(key), IdLayout.sequence(key));
  }

  private long unpermute(IdType type, long image, String token) {
    long key = permutation(type).invert(image);
    if (!IdLayout.isKey(key)) {
      throw new InvalidTokenException(
          "%s is well-formed, but names no instance and sequence: it was given out under another key"
              .formatted(TokenText.quote(token)));
    }
    return key;
  }

  private Permutation permutation(IdType type) {
    return Objects.requireNonNull(permutations.get(type), "each type has one");
  }

  private static long requireKey(long key) {
    if (!IdLayout.isKey(key)) {
      throw new IllegalArgumentException(
          "a key has an instance from 0 to %d and a sequence from 1, found %d"
              .formatted(IdLayout.MAX_INSTANCE, key));
    }
    return key;
  }
}
