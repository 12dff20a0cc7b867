package dev.aftercommit.stack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.publicids.IdKey;
import dev.aftercommit.publicids.IdLayout;
import dev.aftercommit.publicids.IdTokens;
import dev.aftercommit.publicids.IdType;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code ./aftercommit id decode}: what an id stands for, or one line that says why it is none. */
class IdDecodeCommandTest {

  private static final String OTHER_KEY = "000102030405060708090a0b0c0d0e0f";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final IdTokens tokens = new IdTokens(IdKey.parse(IdKey.DEVELOPMENT));

  @Test
  void aTokenIsDecodedWithTheKeyOfDevelopment() {
    String token = tokens.token(IdType.EMPLOYEE, IdLayout.key(3, 42));

    assertThat(run("id", "decode", token)).isZero();
    assertThat(out).hasToString("type      employee%ninstance  3%nsequence  42%n".formatted());
  }

  @Test
  void aTokenOfAnotherKeyIsDecodedWithThatKey() {
    String token = new IdTokens(IdKey.parse(OTHER_KEY)).token(IdType.RUN, IdLayout.key(1, 7));

    assertThat(run("id", "decode", "--key", OTHER_KEY, token)).isZero();
    assertThat(out.toString()).contains("type      run").contains("sequence  7");
  }

  @Test
  void theMessageIdOfAnEventIsDecodedToo() {
    UUID id = tokens.uuid(IdType.EVENT, IdLayout.key(2, 99), Instant.now());

    assertThat(run("id", "decode", id.toString())).isZero();
    assertThat(out.toString()).contains("type      event").contains("instance  2");
  }

  @Test
  void rowsThatTheDatabaseNumberedAreInstanceZero() {
    assertThat(run("id", "decode", tokens.token(IdType.DEPARTMENT, 5))).isZero();
    assertThat(out.toString()).contains("instance  0 (numbered by the database)");
  }

  @Test
  void aMistypedTokenIsRefusedInOneLine() {
    assertThat(run("id", "decode", "emp_000000000000")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "aftercommit: the check character of emp_000000000000 does not match: a character is"
                + " mistyped");
    assertThat(out).hasToString("");
  }

  @Test
  void aMalformedKeyIsRefusedInOneLineThatDoesNotRepeatIt() {
    assertThat(run("id", "decode", "--key", "secret", "emp_000000000000")).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("32 hexadecimal digits", "found 6 characters")
        .doesNotContain("secret");
  }

  @Test
  void helpDescribesTheKey() {
    assertThat(run("id", "decode", "--help")).isZero();
    assertThat(out.toString()).contains("--key", "AFTERCOMMIT_IDS_KEY", "TOKEN");
  }

  private int run(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }
}
