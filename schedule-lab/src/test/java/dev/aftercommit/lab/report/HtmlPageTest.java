package dev.aftercommit.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page as a person sees it in Chromium. */
class HtmlPageTest {

  @TempDir private static Path folder;

  private static Browser browser;
  private static Path page;

  @BeforeAll
  static void openChromium() throws Exception {
    page =
        Files.writeString(folder.resolve("page.html"), Format.html.write(Reports.of("for-update")));
    browser = new Browser(folder);
  }

  @AfterAll
  static void closeChromium() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void load() {
    browser.open(page);
  }

  @Test
  void itShowsTheWholeScheduleAtFirstAndLoadsNothing() {
    assertThat(browser.text("h1")).contains("for-update", "READ COMMITTED");
    assertThat(browser.all(".row.later, .row.now")).isEmpty();
    assertThat(browser.text("#detail")).contains("6 steps");
    assertThat(browser.loaded()).isZero();
  }

  @Test
  void theArrowKeysStepThroughIt() {
    browser.press(Keys.ARROW_RIGHT);
    assertThat(browser.text("#detail h2")).isEqualTo("Step 1: A");
    assertThat(browser.text("#detail")).contains("WHERE id = 1 FOR UPDATE", "balance\n100");
    assertThat(browser.all(".row.later")).hasSize(6);

    browser.press(Keys.ARROW_RIGHT);
    assertThat(browser.text("#detail h2")).isEqualTo("Step 2: B begins to wait");
    assertThat(browser.text(".row.now")).contains("… waits for A", "A: account 1 ← B");
    assertThat(browser.all(".row.now .arrow")).hasSize(1);

    browser.press(Keys.ARROW_LEFT);
    assertThat(browser.text("#detail h2")).isEqualTo("Step 1: A");
  }

  @Test
  void noKeyLeavesTheSchedule() {
    browser.press(Keys.END, Keys.ARROW_RIGHT, Keys.ARROW_DOWN);
    assertThat(browser.text("#detail h2")).isEqualTo("Step 6: B");

    browser.press(Keys.HOME, Keys.ARROW_UP, Keys.ARROW_LEFT);
    assertThat(browser.text("#detail h2")).isEqualTo("6 steps");
  }

  @Test
  void aClickedStepIsTold() {
    browser.click(".row[data-step='5'] .cell");

    assertThat(browser.text("#detail h2")).isEqualTo("Step 4: B goes on");
    assertThat(browser.text(".row.now")).contains("account 1: 110", "B: account 1");
  }

  @Test
  void dTurnsItDarkAndLight() {
    String first = browser.background();
    browser.type("d");
    String second = browser.background();
    browser.type("d");

    assertThat(second).isNotEqualTo(first);
    assertThat(browser.background()).isEqualTo(first);
  }
}
