package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Decision;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Option;
import dev.aftercommit.lab.engine.Run;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * A schedule as a short text: which scenario, at which level, who acts when, and what came of it.
 * Written in Crockford's base 32, with a last character that differs if any one character is wrong
 * or two neighbours are swapped.
 *
 * @param scenario the {@link #hash} of the scenario's text
 * @param level the place of the isolation level, 0 to 2
 * @param actors how many there are, 1 to 31
 * @param order who acts, by place; plus the number of actors for each option of the same actor that
 *     was passed over: faults come after the undisturbed step
 * @param end the {@link #endOf} the run
 */
public record Token(int scenario, int level, int actors, List<Integer> order, int end) {

  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int SCENARIO_CHARACTERS = 5;
  private static final int END_CHARACTERS = 2;
  private static final int HEAD = 2 + SCENARIO_CHARACTERS + END_CHARACTERS;
  private static final int BITS = 5;

  /** The first character holds the level and how many options an actor has at most. */
  private static final int LEVELS = 3;

  public Token {
    order = List.copyOf(order);
  }

  /** The token of a run. */
  public static Token of(String scenarioText, int level, List<String> actors, Found found) {
    List<Integer> order = new ArrayList<>();
    for (int at = 0; at < found.run().events().size(); at++) {
      Decision decision = found.run().decisions().get(at);
      Option chosen = found.run().events().get(at).option();
      int variant = decision.variantOf(decision.options().indexOf(chosen));
      order.add(variant * actors.size() + actors.indexOf(chosen.actor()));
    }
    return new Token(hash(scenarioText), level, actors.size(), order, endOf(found));
  }

  /** What identifies a text among a few thousand. */
  public static int hash(String text) {
    return crc(text) & ((1 << (SCENARIO_CHARACTERS * BITS)) - 1);
  }

  /** What identifies the steps of a run and what it broke, without the values in them. */
  static int endOf(Found found) {
    StringBuilder text = new StringBuilder(found.outcome().broken().toString());
    for (Event event : found.run().events()) {
      text.append(event.option().actor()).append(event.option().step().fingerprint());
      if (event.option().turn().isFault()) {
        text.append(event.option().turn());
      }
      text.append(event.blockedBy());
      if (event.isRace()) {
        text.append(event.wokenActors().stream().sorted().toList());
      }
    }
    return crc(text.toString()) & ((1 << (END_CHARACTERS * BITS)) - 1);
  }

  private static int crc(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }

  /** The text of the token, in groups of four. */
  public String encoded() {
    // A leading one keeps the zeros that follow.
    BigInteger choices = BigInteger.ONE;
    int variants = 1 + order.stream().mapToInt(choice -> choice / actors).max().orElse(0);
    int radix = actors * variants;
    for (int actor : order) {
      choices = choices.multiply(BigInteger.valueOf(radix)).add(BigInteger.valueOf(actor));
    }
    StringBuilder text = new StringBuilder();
    text.append(DIGITS.charAt(level + LEVELS * (variants - 1))).append(DIGITS.charAt(actors));
    append(text, scenario, SCENARIO_CHARACTERS);
    append(text, end, END_CHARACTERS);
    int length = (choices.bitLength() + BITS - 1) / BITS;
    for (int i = length - 1; i >= 0; i--) {
      text.append(DIGITS.charAt(choices.shiftRight(i * BITS).intValue() & 31));
    }
    text.append(DIGITS.charAt(check(text)));
    return text.toString().replaceAll("(.{4})(?=.)", "$1-");
  }

  private static void append(StringBuilder text, int value, int characters) {
    for (int i = characters - 1; i >= 0; i--) {
      text.append(DIGITS.charAt((value >>> (i * BITS)) & 31));
    }
  }

  /**
   * The token of a text; case and hyphens do not matter, and O, I, L are read as 0, 1, 1.
   *
   * @throws IllegalArgumentException if it is none, or was mistyped
   */
  public static Token decode(String text) {
    String plain =
        text.toUpperCase(Locale.ROOT)
            .replace("-", "")
            .replace('O', '0')
            .replace('I', '1')
            .replace('L', '1');
    boolean digits = plain.chars().allMatch(c -> DIGITS.indexOf(c) >= 0);
    if (!digits || plain.length() < HEAD + 2) {
      throw new IllegalArgumentException(
          "'%s' is no token: it has at least %d characters of %s"
              .formatted(text, HEAD + 2, DIGITS));
    }
    String body = plain.substring(0, plain.length() - 1);
    if (DIGITS.charAt(check(body)) != plain.charAt(plain.length() - 1)) {
      throw new IllegalArgumentException(
          "'%s' is mistyped: its last character does not fit the others".formatted(text));
    }
    int level = DIGITS.indexOf(body.charAt(0)) % LEVELS;
    int variants = 1 + DIGITS.indexOf(body.charAt(0)) / LEVELS;
    int actors = DIGITS.indexOf(body.charAt(1));
    BigInteger choices = BigInteger.ZERO;
    for (char c : body.substring(HEAD).toCharArray()) {
      choices = choices.shiftLeft(BITS).add(BigInteger.valueOf(DIGITS.indexOf(c)));
    }
    if (actors == 0 || choices.signum() == 0) {
      throw new IllegalArgumentException("'%s' is no token of this version".formatted(text));
    }
    return new Token(
        (int) number(body, 2, SCENARIO_CHARACTERS),
        level,
        actors,
        order(choices, actors * variants),
        (int) number(body, 2 + SCENARIO_CHARACTERS, END_CHARACTERS));
  }

  private static long number(String body, int from, int characters) {
    long value = 0;
    for (char c : body.substring(from, from + characters).toCharArray()) {
      value = value << BITS | DIGITS.indexOf(c);
    }
    return value;
  }

  private static List<Integer> order(BigInteger choices, int options) {
    if (options == 1) {
      throw new IllegalArgumentException("One actor alone has no schedules");
    }
    List<Integer> reversed = new ArrayList<>();
    BigInteger radix = BigInteger.valueOf(options);
    for (BigInteger left = choices; left.compareTo(BigInteger.ONE) > 0; left = left.divide(radix)) {
      reversed.add(left.mod(radix).intValue());
    }
    return reversed.reversed();
  }

  /** Each character weighs a power of x in the field of 32 elements (x^5 = x^2 + 1). */
  private static int check(CharSequence text) {
    int sum = 0;
    for (int i = 0; i < text.length(); i++) {
      sum = times(sum) ^ DIGITS.indexOf(text.charAt(i));
    }
    return times(sum);
  }

  private static int times(int value) {
    int shifted = value << 1;
    return shifted > 31 ? (shifted ^ 0b100101) : shifted;
  }

  /** Lets the actors act as the token says; ends the run where that is impossible. */
  public Chooser chooser(List<String> names) {
    return (Decision decision, Run.Progress soFar) -> {
      int at = soFar.events().size();
      if (at >= order.size() || actors != names.size()) {
        return Chooser.CUT;
      }
      int choice = order.get(at);
      return decision.indexOf(names.get(choice % actors), choice / actors);
    };
  }

  /** Who does nothing in the schedule. */
  public Set<String> idle(List<String> names) {
    Set<String> idle = new HashSet<>(names);
    if (actors == names.size()) {
      order.forEach(choice -> idle.remove(names.get(choice % actors)));
    }
    return idle;
  }

  /**
   * Runs the schedule again; several times if the server has let other waiters go first than they
   * did.
   */
  public Found replay(Experiment experiment) throws SQLException, InterruptedException {
    List<String> names = experiment.actors();
    for (int left = Recorder.REPEATS; ; left--) {
      Run run = experiment.run(chooser(names), idle(names));
      Found found = new Found(run, experiment.judge(run));
      if (left == 1 || repeats(found) || run.events().stream().noneMatch(Event::isRace)) {
        return found;
      }
    }
  }

  /** Whether a run did what the token says. */
  public boolean repeats(Found found) {
    return endOf(found) == end
        && found.run().decisions().size() == order.size()
        && found.run().end() != Run.End.CUT;
  }
}
