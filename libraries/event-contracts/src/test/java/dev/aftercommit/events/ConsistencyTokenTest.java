package dev.aftercommit.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsistencyTokenTest {

  @ParameterizedTest
  @CsvSource({
    "employee,42,7",
    "department,7,0",
    "employee,aZ_-9,9007199254740991",
    "employee,0123456789012345678901234567890123456789012345678901234567890123,1"
  })
  void aTokenReadsBackEqual(String type, String id, long version) {
    ConsistencyToken token = new ConsistencyToken(type, id, version);

    assertThat(ConsistencyToken.decode(token.encode())).contains(token);
    assertThat(token.encode()).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void theTextIsUrlSafeBase64OfTypeIdAndVersion() {
    assertThat(new ConsistencyToken("employee", "42", 7).encode()).isEqualTo("ZW1wbG95ZWUvNDJANw");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "employee",
        "employee/42",
        "employee/42@",
        "employee/42@-1",
        "employee/42@1.5",
        "employee/42@1000000000000000000",
        "employee/42@9007199254740992",
        "employee/@1",
        "employee/4 2@1",
        "company/42@1",
        "employee/42@1 ",
        "employee/42@1\n",
        "employee/01234567890123456789012345678901234567890123456789012345678901234@1"
      })
  void textOfAnotherFormIsNotAToken(String text) {
    String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));

    assertThat(ConsistencyToken.decode(encoded)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"employee/42@7", "%%%", "ZW1wbG95ZWUvNDJANw+/", " ZW1wbG95ZWUvNDJANw"})
  void whatIsNotBase64IsNotAToken(String encoded) {
    assertThat(ConsistencyToken.decode(encoded)).isEmpty();
  }

  @Test
  void aTextTooLongToBeOursIsNotDecoded() {
    assertThat(ConsistencyToken.decode("A".repeat(100_000))).isEmpty();
  }

  @Test
  void aTokenThatCouldNotBeReadBackIsNotMade() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ConsistencyToken("firm", "1", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ConsistencyToken("employee", "", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConsistencyToken("employee", "1", -1))
        .withMessageContaining("employee/1@-1");
  }
}
