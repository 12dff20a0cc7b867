package dev.aftercommit.lab.report;

import dev.aftercommit.stack.process.Executables;
import dev.aftercommit.stack.servers.Programs;
import java.nio.file.Path;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;

/** A Chromium without a window and without a network; installed first when it is missing. */
final class Browser implements AutoCloseable {

  private final ChromeDriver driver;

  Browser(Path folder) {
    Programs programs = new Programs(true, System.out::println, folder.resolve("install.log"));
    List<Path> path = Executables.searchPath();
    ChromeOptions options =
        new ChromeOptions()
            .setBinary(programs.require("chromium", path, "chromium", "chromium").toFile());
    options.addArguments(
        "--headless=new",
        // Chromium's sandbox does not work for root.
        "--no-sandbox",
        "--window-size=1280,800",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--user-data-dir=" + folder.resolve("profile"));
    Path program = programs.require("chromedriver", path, "chromium-driver", "chromedriver");
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(program.toFile()).build(),
            options);
  }

  void open(Path page) {
    driver.get(page.toUri().toString());
  }

  void press(Keys... keys) {
    for (Keys key : keys) {
      new Actions(driver).sendKeys(key).perform();
    }
  }

  void type(String text) {
    new Actions(driver).sendKeys(text).perform();
  }

  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  String text(String selector) {
    return driver.findElement(By.cssSelector(selector)).getText();
  }

  void click(String selector) {
    driver.findElement(By.cssSelector(selector)).click();
  }

  String background() {
    return driver.findElement(By.tagName("body")).getCssValue("background-color");
  }

  /** What the page asked for besides itself. */
  long loaded() {
    return (Long) driver.executeScript("return performance.getEntriesByType('resource').length");
  }

  @Override
  public void close() {
    driver.quit();
  }
}
